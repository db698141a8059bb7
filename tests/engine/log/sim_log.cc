#include "tests/engine/log/sim_log.h"

#include "engine/base/check.h"

namespace loam::testing {

ByteVector payload_of(std::uint64_t id, std::size_t record, std::size_t size) {
    ByteVector payload(size);
    std::uint64_t state = id * 1'000'003 + record;
    for (std::byte& octet : payload) {
        state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
        octet = std::byte(state >> 56);
    }
    return payload;
}

std::unique_ptr<Submission> to_submission(const Txn& txn) {
    auto submission = std::make_unique<Submission>();
    submission->chunk = txn.chunk;
    for (std::size_t i = 0; i < txn.payload_bytes.size(); ++i) {
        const AbortRecord record{.upload = txn.id,
                                 .erase_deadline_us = static_cast<std::int64_t>(i)};
        submission->records.push_back(encode_record(AccountId{100 + txn.id % 5}, Cid{txn.id},
                                                    record,
                                                    payload_of(txn.id, i, txn.payload_bytes[i])));
    }
    return submission;
}

LogWriterOptions small_options() {
    return {.segment_bytes = 128U << 10,
            .group_bytes_target = 16U << 10,
            .unapplied_bytes_max = 64U << 10};
}

SimLog::SimLog(io::SimMedia& media, LogWriterOptions options)
    : loop(media.world()), disk(loop, media), media_(media), options_(options) {
    writer_ = std::make_unique<LogWriter>(
        loop, disk, kDir, kStore, options_,
        LogWriter::Callbacks{
            .on_durable = [this](DurableGroup group) { on_durable(std::move(group)); },
            .on_fatal = [this](Error error) { fatal.push_back(std::move(error)); }});
}

SimLog::~SimLog() = default;

void SimLog::make_dirs(io::SimMedia& media) {
    io::SimLoop loop(media.world());
    io::SimDisk disk(loop, media);
    LOAM_CHECK(io::run_sim(loop, disk.make_dir("/log")).ok());
    LOAM_CHECK(io::run_sim(loop, disk.make_dir(kDir)).ok());
    LOAM_CHECK(io::run_sim(loop, disk.sync_dir("/log")).ok());
    LOAM_CHECK(io::run_sim(loop, disk.sync_dir("/")).ok());
}

Task<Status> SimLog::start(LogPosition from) {
    const ScanOptions options{.store = kStore};
    GroupVisitor visit = [this](ScannedGroup group) { return take(std::move(group)); };
    LOAM_CO_TRY(tail, co_await recover_log(disk, kDir, options, from, std::move(visit)));
    recovered = groups.size();
    co_return co_await writer_->open(tail);
}

Task<Status> SimLog::take(ScannedGroup group) {
    SeenGroup seen{.end = group.end, .txns = {}, .places = {}};
    for (const ScannedRecord& record : group.records) {
        const auto* abort = std::get_if<AbortRecord>(&record.record);
        if (abort == nullptr) continue;
        if (abort->erase_deadline_us == 0) seen.txns.push_back({abort->upload, {}});
        LOAM_CHECK(!seen.txns.empty() && seen.txns.back().id == abort->upload);
        LOAM_CHECK(record.header.txn == seen.txns.size() - 1);
        seen.txns.back().payload_bytes.push_back(record.payload.length);
        seen.places.push_back(record.payload);
    }
    groups.push_back(std::move(seen));
    co_return Status::good();
}

void SimLog::on_durable(DurableGroup group) {
    SeenGroup seen{.end = group.end, .txns = {}, .places = {}};
    for (const auto& submission : group.submissions) {
        Txn txn;
        for (const EncodedRecord& record : submission->records) {
            txn.id = record.cid.value;
            txn.payload_bytes.push_back(record.payload.size());
        }
        LOAM_CHECK(submission->group == group.lsn);
        seen.places.insert(seen.places.end(), submission->payload_places.begin(),
                           submission->payload_places.end());
        seen.txns.push_back(std::move(txn));
    }
    groups.push_back(std::move(seen));
    if (auto_apply) writer_->applied(group.end.end);
}

void SimLog::run_submit(const std::vector<Txn>& txns) {
    const std::size_t want = durable_txns() + txns.size();
    loop.post([&] {
        for (const Txn& txn : txns)
            submit(txn);
    });
    const bool done = loop.world().run_until([&] { return durable_txns() == want; });
    LOAM_CHECK(done);
}

void SimLog::power_cut(io::CrashPlan plan) {
    media_.crash(plan);
    run_stop();
}

std::size_t SimLog::durable_txns() const {
    std::size_t count = 0;
    for (std::size_t i = recovered; i < groups.size(); ++i)
        count += groups[i].txns.size();
    return count;
}

std::vector<Txn> txns_of(const std::vector<SeenGroup>& groups) {
    std::vector<Txn> txns;
    for (const SeenGroup& group : groups)
        txns.insert(txns.end(), group.txns.begin(), group.txns.end());
    return txns;
}

}  // namespace loam::testing
