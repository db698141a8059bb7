#include "engine/check/salvage.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "engine/check/check_contents.h"
#include "engine/check/check_files.h"
#include "engine/check/findings.h"
#include "engine/check/place_index.h"
#include "engine/check/replay_log.h"
#include "engine/check/salvage_log.h"
#include "engine/index/index.h"
#include "engine/index/state_cursor.h"
#include "engine/keep/keeper.h"
#include "engine/keep/lock_file.h"
#include "engine/keep/replay.h"
#include "engine/log/holes.h"
#include "engine/log/log_reader.h"
#include "engine/log/segment_files.h"
#include "engine/log/super.h"

namespace loam::check {

namespace {

constexpr std::size_t kCacheBytes = 64U << 20;

class Salvage {
  public:
    Salvage(SalvageOptions options, io::Loop& loop, io::Disk& disk)
        : options_(std::move(options)), loop_(loop), disk_(disk), names_(options_.path) {}

    Task<Result<SalvageReport>> run();

  private:
    struct Write {
        AccountId account;
        Step step;
    };

    Task<Status> mend_superblocks();
    void open_live();
    Task<Status> read_log();
    Task<Status> plan();
    Task<Status> plan_account(const IndexView& truth, AccountId account);
    bool in_log(const ContentRow& content) const;
    Task<Status> drop_unreadable(AccountCopy& copy, const std::optional<AccountCopy>& is);
    Status plan_users(const IndexView& truth, const std::set<AccountId>& accounts);
    Task<Status> carry_out();
    Task<Status> write(keep::Keeper& keeper, Write write);
    Task<Result<std::vector<Place>>> write_chunks(keep::Keeper& keeper, AccountId account, Cid cid,
                                                  const ContentRow& content);
    std::string lost_index() const { return options_.path + "/lost/db"; }
    void progress(const std::string& text) const {
        if (options_.progress) options_.progress(text);
    }

    const SalvageOptions options_;
    io::Loop& loop_;
    io::Disk& disk_;
    const IndexNames names_;
    StoreId store_{};
    bool lost_groups_ = false;
    std::uint64_t segment_bytes_ = 0;
    std::unique_ptr<Index> live_;  ///< brought up to the log's end; null: it cannot be read
    std::unique_ptr<Index> from_log_ = Index::open_scratch();
    LogRecords records_;
    std::vector<Write> writes_;
    SalvageReport report_;
};

Task<Result<SalvageReport>> Salvage::run() {
    FsckReport ignored;
    const FsckOptions fsck_options;
    Findings findings(ignored, fsck_options);
    LOAM_CO_TRY(store_, co_await check_superblocks(disk_, options_.path, &findings));
    LOAM_CO_TRY(const auto lock, keep::LockFile::acquire(options_.path));
    if (!ignored.findings.empty()) {
        for (const Finding& finding : ignored.findings)
            report_.mends.push_back(finding.what + ": written anew");
        LOAM_CO_TRY_STATUS(co_await mend_superblocks());
    }
    progress("reading the log");
    LOAM_CO_TRY(LogMends mends, co_await salvage_log(disk_, options_.path, store_));
    report_.mends.insert(report_.mends.end(), mends.what.begin(), mends.what.end());
    LOAM_CO_TRY_STATUS(remove_leftovers(names_));
    open_live();
    LOAM_CO_TRY_STATUS(co_await read_log());
    const bool cut_off = std::filesystem::exists(lost_index());
    if (live_ && !lost_groups_ && !cut_off) co_return std::move(report_);
    LOAM_CO_TRY_STATUS(co_await plan());
    LOAM_CO_TRY_STATUS(co_await carry_out());
    co_return std::move(report_);
}

Task<Status> Salvage::mend_superblocks() {
    Result<Super> super = co_await read_super(disk_, options_.path);
    Super next;
    if (super) next = *super;
    next.store = store_;
    LOAM_CO_TRY(next, co_await write_super(disk_, options_.path, next));
    LOAM_CO_TRY(next, co_await write_super(disk_, options_.path, next));
    co_return Status::good();
}

void Salvage::open_live() {
    IndexOptions options;
    options.read_only = true;
    options.cache_bytes = kCacheBytes;
    const bool cut_off = std::filesystem::exists(lost_index());
    auto opened = Index::open(cut_off ? lost_index() : names_.place, std::move(options));
    const Status readable = opened ? (*opened)->verify() : Status(opened.error());
    if (readable) {
        live_ = *std::move(opened);
    } else {
        report_.mends.push_back(readable.error().what + ": made anew from the log");
    }
}

/// Into an index of its own, and what the one on disk does not hold yet into that one too.
Task<Status> Salvage::read_log() {
    Lsn known;
    if (live_) {
        const auto applied = live_->view(ReadTier::may_block).applied();
        if (applied) known = applied->end;
        if (!applied) live_.reset();
    }
    const auto seen = [&](const ScannedGroup& group) {
        records_.add(group);
        const bool news = live_ && group.lsn >= known;
        if (news && !live_->apply(keep::to_apply(group))) live_.reset();
        return Status::good();
    };
    LOAM_CO_TRY(const LogTail tail,
                co_await replay_log(disk_, options_.path, store_, *from_log_, seen));
    segment_bytes_ = tail.segment_bytes;
    if (!live_) co_return Status::good();
    LOAM_CO_TRY(const auto differences,
                compare(live_->view(ReadTier::may_block), from_log_->view(ReadTier::may_block), 1));
    LOAM_CO_TRY(const auto holes, co_await read_holes(disk_, log_dir(options_.path, 0)));
    // A log that lost something knows less than the index, now or since a salvage that was cut off.
    lost_groups_ = !differences.empty() && (!holes.empty() || known > tail.position.end);
    if (!differences.empty() && !lost_groups_) {
        report_.mends.push_back("index: " + describe(differences.front().key) +
                                " and perhaps more is not what the log gives: made anew from it");
        live_.reset();
    }
    co_return Status::good();
}

/// What to write so that the log, read from its beginning, gives what is known.
Task<Status> Salvage::plan() {
    const Index& known = live_ ? *live_ : *from_log_;
    const IndexView truth = known.view(ReadTier::may_block);
    LOAM_CO_TRY(const auto accounts, truth.accounts());
    for (const AccountId account : accounts) {
        if (account == kStoreAccount) continue;
        progress("account " + std::to_string(account.value));
        LOAM_CO_TRY_STATUS(co_await plan_account(truth, account));
    }
    const std::set<AccountId> present(accounts.begin(), accounts.end());
    co_return plan_users(truth, present);
}

Task<Status> Salvage::plan_account(const IndexView& truth, AccountId account) {
    LOAM_CO_TRY(auto is, copy_account(from_log_->view(ReadTier::may_block), account));
    auto should = copy_account(truth, account);
    if (!should && is) should = is;  // its keys cannot be read: the log's are what is left
    if (!should) co_return should.error();
    if (!*should) co_return Status::good();
    if (is)
        std::erase_if(is->contents, [this](const auto& entry) { return !in_log(entry.second); });
    LOAM_CO_TRY_STATUS(co_await drop_unreadable(**should, is));
    for (Loss& loss : make_consistent(account, **should))
        report_.losses.push_back(std::move(loss));
    for (Step& step : steps_between(is, **should, options_.erase_deadline_us))
        writes_.push_back({account, std::move(step)});
    co_return Status::good();
}

/// Whether the log, as it can be read, has all records that the content lies in.
bool Salvage::in_log(const ContentRow& content) const {
    return std::ranges::all_of(content.places, [this](const Place& place) {
        return records_.find(place.group, place.record) != nullptr;
    });
}

/// Content that the log does not tell of any more has to be read, to be written again.
Task<Status> Salvage::drop_unreadable(AccountCopy& copy, const std::optional<AccountCopy>& is) {
    LogReader log(disk_, log_dir(options_.path, 0));
    std::vector<Cid> lost;
    for (const auto& [cid, content] : copy.contents) {
        if (is && is->contents.contains(cid)) continue;
        for (const Place& place : content.places) {
            const auto octets = co_await log.read(place);
            if (octets) continue;
            if (octets.error().code != Errc::corrupt) co_return octets.error();
            lost.push_back(cid);
            break;
        }
    }
    for (const Cid cid : lost)
        copy.contents.erase(cid);
    co_return Status::good();
}

Status Salvage::plan_users(const IndexView& truth, const std::set<AccountId>& accounts) {
    const IndexView log_view = from_log_->view(ReadTier::may_block);
    LOAM_TRY(const auto listed, truth.users());
    LOAM_TRY(const auto in_log, log_view.users());
    LOAM_TRY(const auto in_log_accounts, log_view.accounts());
    LOAM_TRY(const auto cell, truth.account(kStoreAccount));
    LOAM_TRY(const auto log_cell, log_view.account(kStoreAccount));
    std::map<std::string, AccountId> users(listed.begin(), listed.end());
    AccountCell store_cell = cell.value_or(AccountCell{});
    for (const AccountId account : accounts) {
        store_cell.next_account = std::max(store_cell.next_account, account.value + 1);
        LOAM_TRY(const auto credentials, truth.credentials(account));
        if (credentials && !credentials->name.empty())
            users.try_emplace(credentials->name, account);
    }
    std::erase_if(users, [&](const auto& user) { return !accounts.contains(user.second); });
    const std::map<std::string, AccountId> logged(in_log.begin(), in_log.end());
    const auto write = [&](const std::string& name, std::optional<AccountId> account) {
        AccountRecord record;
        record.user = name;
        record.account = account;
        record.cell = store_cell;
        writes_.push_back({kStoreAccount, {std::move(record), std::nullopt}});
    };
    for (const auto& [name, account] : users) {
        const auto found = logged.find(name);
        if (found == logged.end() || found->second != account) write(name, account);
    }
    for (const auto& [name, account] : logged) {
        if (!users.contains(name)) write(name, std::nullopt);
    }
    if (!log_cell || !(*log_cell == store_cell))
        writes_.push_back({kStoreAccount, {QuotaRecord{store_cell}, std::nullopt}});
    for (const AccountId account : in_log_accounts) {
        if (!accounts.contains(account))
            writes_.push_back({account, {AccountRecord{}, std::nullopt}});
    }
    return Status::good();
}

/// The index first, as the log gives it; then what is missing through both.
Task<Status> Salvage::carry_out() {
    progress("writing the index");
    LOAM_CO_TRY_STATUS(write_index(*from_log_, names_));
    std::string keep;
    if (live_ && !writes_.empty()) {
        std::error_code error;
        std::filesystem::create_directories(options_.path + "/lost", error);
        if (error) co_return fail(Errc::io, options_.path + "/lost: " + error.message());
        if (!std::filesystem::exists(lost_index())) keep = lost_index();
    }
    live_.reset();
    LOAM_CO_TRY_STATUS(co_await place_index(disk_, options_.path, keep));
    if (!writes_.empty()) {
        keep::KeeperOptions keeper_options;
        keeper_options.path = options_.path;
        keeper_options.cache_bytes = kCacheBytes;
        if (segment_bytes_ != 0) keeper_options.segment_bytes = segment_bytes_;
        // What the log alone would give up is read and written again first.
        keeper_options.erase = false;
        LOAM_CO_TRY(const auto keeper,
                    co_await keep::Keeper::open(keeper_options, loop_, disk_, keep::Environment{}));
        Status written;
        for (Write& one : writes_) {
            written = co_await write(*keeper, std::move(one));
            if (!written) break;
        }
        const Status closed = co_await keeper->close();
        if (!written) co_return written;
        if (!closed) co_return closed;
    }
    std::error_code error;
    std::filesystem::remove_all(lost_index(), error);
    if (error) co_return fail(Errc::io, lost_index() + ": " + error.message());
    co_return Status::good();
}

Task<Status> Salvage::write(keep::Keeper& keeper, Write write) {
    ByteVector payload;
    Cid cid;
    if (write.step.content) {
        auto& record = std::get<AppendRecord>(write.step.record);
        cid = record.row.cid;
        const ContentRow& content = *write.step.content;
        LogReader log(disk_, log_dir(options_.path, 0));
        LOAM_CO_TRY(payload, co_await log.read(content.places.back()));
        if (content.places.size() > 1) {
            LOAM_CO_TRY(record.chunk_places,
                        co_await write_chunks(keeper, write.account, cid, content));
            record.upload = cid.value;
        }
    }
    keep::Commit commit;
    commit.entries.push_back(
        {write.account, cid, std::move(write.step.record), std::move(payload)});
    ++report_.records_written;
    const auto committed = co_await keeper.commit(loop_, std::move(commit));
    if (!committed) co_return committed.error();
    co_return Status::good();
}

Task<Result<std::vector<Place>>> Salvage::write_chunks(keep::Keeper& keeper, AccountId account,
                                                       Cid cid, const ContentRow& content) {
    LogReader log(disk_, log_dir(options_.path, 0));
    std::vector<Place> places;
    for (std::size_t i = 0; i + 1 < content.places.size(); ++i) {
        LOAM_CO_TRY(ByteVector octets, co_await log.read(content.places[i]));
        keep::Commit commit;
        commit.chunk = true;
        commit.entries.push_back({account, cid,
                                  ChunkRecord{cid.value, static_cast<std::uint32_t>(i)},
                                  std::move(octets)});
        ++report_.records_written;
        LOAM_CO_TRY(const keep::Committed committed,
                    co_await keeper.commit(loop_, std::move(commit)));
        places.push_back(committed.payloads.at(0));
    }
    co_return places;
}

}  // namespace

Task<Result<SalvageReport>> salvage(SalvageOptions options, io::Loop& loop, io::Disk& disk) {
    Salvage salvage(std::move(options), loop, disk);
    co_return co_await salvage.run();
}

}  // namespace loam::check
