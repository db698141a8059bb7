#include "engine/keep/snapshot_writer.h"

#include <algorithm>
#include <utility>

#include "engine/keep/pending.h"
#include "engine/keep/snapshot.h"
#include "engine/log/log_reader.h"

namespace loam::keep {

namespace {

/// An account gets its next snapshot once its records have this many times the octets of the last.
constexpr std::uint64_t kGrowth = 2;

std::uint64_t octets_in(const SnapshotRow& row) {
    std::uint64_t octets = 0;
    for (const Place& place : row.places)
        octets += place.length;
    return octets;
}

/// Nothing will be added to it: what is left to say of it is little.
bool ends_account(AccountId account, const Record& record) {
    const auto* ended = std::get_if<AccountRecord>(&record);
    return ended != nullptr && account != kStoreAccount && !ended->credentials;
}

}  // namespace

bool SnapshotWriter::note(const DurableGroup& group) {
    bool news = false;
    for (const auto& submission : group.submissions) {
        const auto& pending = static_cast<const Pending&>(*submission);  // NOLINT: Keeper's own
        for (std::size_t i = 0; i < pending.typed.size(); ++i) {
            const EncodedRecord& record = pending.records[i];
            if (record.type == RecordType::snapshot) continue;
            Growth& growth = growth_[record.account];
            growth.meta_bytes += kRecordHeaderBytes + record.meta.size();
            const bool enough = growth.meta_bytes >= std::max(growth.enough, links_.meta_bytes_min);
            if (enough || ends_account(record.account, pending.typed[i]))
                news = due_.insert(record.account).second || news;
        }
    }
    return news;
}

std::optional<AccountId> SnapshotWriter::next_due() {
    if (due_.empty()) return std::nullopt;
    return due_.extract(due_.begin()).value();
}

Task<Status> SnapshotWriter::write_if_due(AccountId account) {
    auto query = [this, account]() -> Result<std::pair<bool, std::uint64_t>> {
        const IndexView view = links_.keeper.index().view(ReadTier::may_block);
        LOAM_TRY(const auto cell, view.account(account));
        LOAM_TRY(const auto row, view.snapshot(account));
        return std::pair(!cell, row ? octets_in(*row) : 0);
    };
    LOAM_CO_TRY(const auto found,
                co_await io::offload(links_.loop, io::Workers::Class::background, query));
    const auto& [ended, octets] = found;
    Growth& growth = growth_[account];
    growth.enough = kGrowth * octets;
    if (!ended && growth.meta_bytes < std::max(growth.enough, links_.meta_bytes_min))
        co_return Status::good();
    co_return co_await write(account);
}

Task<Status> SnapshotWriter::write(AccountId account) {
    const std::uint64_t meta_bytes = growth_[account].meta_bytes;
    const IndexView view = links_.keeper.index().view(ReadTier::may_block);
    LOAM_CO_TRY(const Applied applied, view.applied());
    SnapshotRecord last{.covers = applied.end, .last = true, .parts = {}};
    LogReader log(links_.disk, links_.log_dir);
    std::uint64_t octets = 0;
    SnapshotPart part;
    do {
        auto take = [&] { return take_snapshot_part(view, account, part.next, links_.part_bytes); };
        LOAM_CO_TRY(part, co_await io::offload(links_.loop, io::Workers::Class::background, take));
        octets += part.octets.size();
        LOAM_CO_TRY(
            const Place place,
            co_await commit(account, {.covers = last.covers, .parts = {}}, std::move(part.octets)));
        LOAM_CO_TRY_STATUS(co_await log.read(place));
        last.parts.push_back(place);
    } while (!part.next.empty());
    last.erase_deadline_us = links_.loop.wall_now();
    LOAM_CO_TRY_STATUS(co_await commit(account, std::move(last), {}));
    ++snapshots_;
    octets_ += octets;
    growth_[account].meta_bytes -= meta_bytes;
    growth_[account].enough = kGrowth * octets;
    co_return Status::good();
}

/// As a chunk, so that it gives way to what clients wait for.
Task<Result<Place>> SnapshotWriter::commit(AccountId account, SnapshotRecord record,
                                           ByteVector octets) {
    Commit commit;
    commit.chunk = true;
    commit.entries.push_back({account, Cid{}, std::move(record), std::move(octets)});
    LOAM_CO_TRY(const Committed committed,
                co_await links_.keeper.commit(links_.loop, std::move(commit)));
    co_return committed.payloads.front();
}

}  // namespace loam::keep
