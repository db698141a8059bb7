#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "engine/base/check.h"
#include "engine/index/chunk.h"
#include "engine/index/index.h"

/// What the index costs a command: one append, one flag change, a flag change of everything, and
/// the load of a mailbox. Files lie under TMPDIR.
namespace loam {
namespace {

constexpr AccountId kAccount{2};
constexpr MailboxId kMailbox{1};
constexpr std::uint32_t kMessages = 100'000;

MessageRow row_of(std::uint32_t uid) {
    MessageRow row;
    row.uid = Uid{uid};
    row.cid = Cid{uid};
    row.internal_date_s = 1'700'000'000 + std::int64_t{uid} * 613 + uid * 7919U % 301;
    row.internal_zone_min = 60;
    row.save_date_s = row.internal_date_s + uid % 3;
    row.size = 2000 + uid * 7919ULL % 60'000;
    row.modseq = Modseq{uid};
    row.flags = uid % 9 == 0 ? 0 : kFlagSeen;
    return row;
}

/// An index with one mailbox of `messages`.
class Fixture {
  public:
    explicit Fixture(std::uint32_t messages) {
        std::string name = (std::filesystem::temp_directory_path() / "loam-bench-XXXXXX").string();
        LOAM_CHECK(::mkdtemp(name.data()) != nullptr);
        path_ = name;
        auto opened = Index::open((path_ / "db").string(), IndexOptions());
        LOAM_CHECK(opened);
        index_ = *std::move(opened);
        CopyRecord copy;
        copy.target = kMailbox;
        copy.target_row = mailbox_row();
        for (std::uint32_t uid = 1; uid <= messages; ++uid)
            copy.rows.push_back(row_of(uid));
        apply(std::move(copy));
        LOAM_CHECK(index_->flush());
        LOAM_CHECK(index_->view(ReadTier::may_block).rows(kAccount, kMailbox));
    }
    ~Fixture() {
        index_.reset();
        std::filesystem::remove_all(path_);
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    static MailboxRow mailbox_row() {
        MailboxRow row;
        row.name = "INBOX";
        row.uidvalidity = 1;
        return row;
    }

    void apply(Record record, std::string_view sidecar = {}) {
        GroupToApply group{.group = Lsn{lsn_}, .end = Lsn{lsn_ + 1}, .chain = {}, .records = {}};
        ++lsn_;
        group.records.push_back(
            {.account = kAccount, .cid = {}, .record = &record, .payload = {}, .sidecar = sidecar});
        LOAM_CHECK(index_->apply(group));
    }

    void set_flags(UidSet uids, std::uint64_t round) {
        FlagsRecord record;
        record.mailbox = kMailbox;
        record.modseq = Modseq{kMessages + round};
        record.runs.push_back({.uids = std::move(uids),
                               .flags = static_cast<std::uint8_t>(round % 2),
                               .keywords = 0});
        record.mailbox_row = mailbox_row();
        apply(std::move(record));
    }

    Index& index() { return *index_; }

  private:
    std::filesystem::path path_;
    std::unique_ptr<Index> index_;
    std::uint64_t lsn_ = 1ULL << 32;
};

void append_one(benchmark::State& state) {
    Fixture fixture(1000);
    std::uint32_t uid = 1000;
    for (auto _ : state) {
        AppendRecord record;
        record.mailbox = kMailbox;
        record.row = row_of(++uid);
        record.mailbox_row = Fixture::mailbox_row();
        fixture.apply(std::move(record));
    }
}
BENCHMARK(append_one);

void flag_one_old(benchmark::State& state) {
    Fixture fixture(kMessages);
    std::uint32_t round = 0;
    for (auto _ : state) {
        const Uid uid{1 + ++round * 7919U % (kMessages - 1000)};
        fixture.set_flags({{uid, uid}}, round);
    }
}
BENCHMARK(flag_one_old);

void flag_one_new(benchmark::State& state) {
    Fixture fixture(kMessages);
    std::uint32_t round = 0;
    for (auto _ : state) {
        const Uid uid{kMessages - ++round % 100};
        fixture.set_flags({{uid, uid}}, round);
    }
}
BENCHMARK(flag_one_new);

void flag_all(benchmark::State& state) {
    Fixture fixture(kMessages);
    std::uint64_t round = 0;
    for (auto _ : state)
        fixture.set_flags({{Uid{1}, Uid{kMessages}}}, ++round);
}
BENCHMARK(flag_all)->Unit(benchmark::kMillisecond);

void load_mailbox(benchmark::State& state) {
    Fixture fixture(kMessages);
    for (auto _ : state) {
        const auto image =
            fixture.index().view(ReadTier::cache_only).load_mailbox(kAccount, kMailbox);
        LOAM_CHECK(image && image->rows.size() == kMessages);
    }
}
BENCHMARK(load_mailbox)->Unit(benchmark::kMillisecond);

void read_cell(benchmark::State& state) {
    Fixture fixture(1000);
    for (auto _ : state)
        LOAM_CHECK(fixture.index().view(ReadTier::cache_only).mailbox(kAccount, kMailbox));
}
BENCHMARK(read_cell);

/// A listing's worth of sidecars of one kilobyte, one in `range(0)` cids wanted.
void sidecars(benchmark::State& state) {
    Fixture fixture(1);
    const std::string sidecar(1000, 's');
    for (std::uint32_t uid = 1; uid <= 20'000; ++uid) {
        AppendRecord append;
        append.mailbox = kMailbox;
        append.row = row_of(uid);
        append.mailbox_row = Fixture::mailbox_row();
        fixture.apply(std::move(append), sidecar);
    }
    const auto step = static_cast<std::uint64_t>(state.range(0));
    std::vector<Cid> cids;
    for (std::uint64_t i = 0; i < 256; ++i)
        cids.push_back(Cid{1 + i * step});
    for (auto _ : state) {
        const auto found = fixture.index().view(ReadTier::may_block).sidecars(kAccount, cids);
        LOAM_CHECK(found && found->back());
    }
    state.SetItemsProcessed(state.iterations() * 256);
}
BENCHMARK(sidecars)->Arg(1)->Arg(4)->Arg(7)->Arg(9)->Arg(40);

void decode_one_chunk(benchmark::State& state) {
    std::vector<MessageRow> rows;
    for (std::uint32_t uid = 1; uid <= index::kChunkRows; ++uid)
        rows.push_back(row_of(uid));
    const std::string fixed = index::encode_fixed(rows);
    const std::string changing = index::encode_changing(rows);
    for (auto _ : state)
        LOAM_CHECK(index::decode_chunk(fixed, changing));
    state.counters["fixed_bytes"] = static_cast<double>(fixed.size());
    state.counters["changing_bytes"] = static_cast<double>(changing.size());
}
BENCHMARK(decode_one_chunk);

void encode_one_chunk(benchmark::State& state) {
    std::vector<MessageRow> rows;
    for (std::uint32_t uid = 1; uid <= index::kChunkRows; ++uid)
        rows.push_back(row_of(uid));
    for (auto _ : state) {
        LOAM_CHECK(!index::encode_fixed(rows).empty());
        LOAM_CHECK(!index::encode_changing(rows).empty());
    }
}
BENCHMARK(encode_one_chunk);

}  // namespace
}  // namespace loam
