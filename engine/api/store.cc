#include "engine/api/store.h"

#include <algorithm>
#include <filesystem>

#include <spdlog/spdlog.h>

#include "engine/api/store_state.h"
#include "engine/keep/environment.h"
#include "engine/log/super.h"

namespace loam {

namespace {

keep::KeeperOptions keeper_options(const StoreOptions& options) {
    keep::KeeperOptions keeper;
    keeper.path = options.path;
    keeper.cache_bytes = options.cache_bytes;
    keeper.segment_bytes = options.segment_bytes;
    keeper.erase_after = options.erase_after;
    keeper.collect_every = options.collect_every;
    keeper.snapshot_meta_bytes = options.snapshot_meta_bytes;
    keeper.scrub_every = options.scrub_every;
    keeper.scrub_bytes_per_second = options.scrub_bytes_per_second;
    return keeper;
}

/// Makes the directory if it may. Errors: not_found, io.
Task<Status> prepare_directory(const StoreOptions& options, io::Disk& disk) {
    if (options.create) {
        Status made = co_await disk.make_dir(options.path);
        if (!made && made.error().code != Errc::exists) co_return made;
    }
    const auto names = co_await disk.list(options.path);
    if (!names) co_return fail(Errc::not_found, "no store at " + options.path);
    co_return Status::good();
}

/// Where the name of the store's directory stands.
std::string parent_of(const std::string& path) {
    const auto parent = (std::filesystem::absolute(path) / "").parent_path().parent_path();
    return parent.string();
}

Task<Status> create_if_missing(const StoreOptions& options, const StoreThread& thread) {
    const auto super = co_await read_super(*thread.disk, options.path);
    // A process that died while it made the store may have left names that only memory knows.
    if (super) co_return co_await thread.disk->sync_dir(options.path);
    if (super.error().code != Errc::not_found) co_return super.error();
    if (!options.create) co_return fail(Errc::not_found, "no store at " + options.path);
    // Whoever made the directory: without its name nothing in it survives a crash.
    LOAM_CO_TRY_STATUS(co_await thread.disk->sync_dir(parent_of(options.path)));
    co_return co_await keep::Keeper::create(keeper_options(options), *thread.loop, *thread.disk);
}

}  // namespace

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Task<Result<std::unique_ptr<Store>>> Store::open(StoreOptions options,
                                                 std::vector<StoreThread> threads) {
    co_return co_await open_in(keep::Environment{}, std::move(options), std::move(threads));
}

Task<Result<std::unique_ptr<Store>>> Store::open_in(keep::Environment environment,
                                                    StoreOptions options,
                                                    std::vector<StoreThread> threads) {
    LOAM_CHECK(!threads.empty());
    const StoreThread first = threads.front();
    LOAM_CO_TRY_STATUS(co_await prepare_directory(options, *first.disk));
    LOAM_CO_TRY(auto lock, environment.lock(options.path));
    LOAM_CO_TRY_STATUS(co_await create_if_missing(options, first));
    auto impl = std::make_unique<Impl>();
    impl->lock = std::move(lock);
    impl->options = std::move(options);
    LOAM_CO_TRY(impl->keeper,
                co_await keep::Keeper::open(keeper_options(impl->options), *first.loop, *first.disk,
                                            std::move(environment)));
    for (const StoreThread& thread : threads) {
        impl->shards.push_back(std::make_unique<Shard>(thread, impl->options));
    }
    impl->keeper->on_segment_gone(
        [whole = impl.get()](SegmentId segment) { return whole->forget_segment(segment); });
    std::unique_ptr<Store> store(new Store(std::move(impl)));
    Status ready = co_await store->impl_->load_store_account();
    if (ready) ready = co_await store->impl_->drop_nameless_accounts();
    if (ready) co_return store;
    const Status closed = co_await store->close();
    if (!closed) spdlog::warn("{}", closed.error().what);
    co_return ready.error();
}

Task<Status> Store::close() {
    io::Loop& here = impl_->shards.front()->loop();
    for (const auto& shard : impl_->shards) {
        LOAM_CO_TRY_STATUS(co_await io::run_on(here, shard->loop(), shard->close()));
    }
    const Status closed = co_await impl_->keeper->close();
    impl_->keeper.reset();  // its files belong to this loop
    co_return closed;
}

io::Loop& Store::owner(AccountId account) const {
    return impl_->shard(account).loop();
}
const StoreOptions& Store::options() const {
    return impl_->options;
}
Bytes Store::secret() const {
    return impl_->keeper->store_id();
}

AccountHandle::AccountHandle(Account* account) : account_(account) {
    ++account_->impl().pins;
}

AccountHandle::~AccountHandle() {
    if (account_ != nullptr) --account_->impl().pins;
}

Task<Status> Shard::close() {
    co_await indexer.close();
    for (const auto& [id, account] : accounts)
        LOAM_CHECK(account->impl().pins == 0);
    accounts.clear();
    log.close();
    co_return Status::good();
}

Task<Status> Shard::forget_segment(SegmentId segment) {
    log.forget(segment);
    co_return Status::good();
}

Task<Status> Store::Impl::forget_segment(SegmentId segment) {
    io::Loop& here = shards.front()->loop();
    for (const auto& shard : shards) {
        LOAM_CO_TRY_STATUS(
            co_await io::run_on(here, shard->loop(), shard->forget_segment(segment)));
    }
    co_return Status::good();
}

void Shard::shrink() {
    if (accounts.size() <= accounts_idle_max) return;
    std::erase_if(accounts, [this](const auto& entry) {
        const Account::Impl& account = entry.second->impl();
        const bool goes = accounts.size() > accounts_idle_max / 2 && account.pins == 0 &&
                          account.lock.idle() && account.open.empty() &&
                          account.id != kStoreAccount;
        if (goes) forgotten = std::max(forgotten, account.published);
        return goes;
    });
}

Account& Store::Impl::adopt(Shard& shard, std::unique_ptr<Account::Impl> loaded) {
    const AccountId id = loaded->id;
    return *shard.accounts.emplace(id, std::make_unique<Account>(std::move(loaded))).first->second;
}

std::unique_ptr<Account::Impl> Store::Impl::new_account(Shard& shard, AccountId id) {
    return std::make_unique<Account::Impl>(shard.state, *keeper, id, options);
}

Task<Result<AccountHandle>> Store::account(AccountId id) {
    co_return co_await impl_->load(id);
}

Task<Result<AccountHandle>> Store::Impl::load(AccountId id) {
    Shard& shard = this->shard(id);
    LOAM_CHECK(shard.loop().on_thread());
    auto found = shard.accounts.find(id);
    while (found == shard.accounts.end()) {
        shard.shrink();
        auto query = [id](const IndexView& view) { return view.load_account(id); };
        LOAM_CO_TRY(AccountImage image, co_await keeper->read(shard.loop(), query));
        // Somebody else may have loaded it meanwhile, and changed it since: that one counts. It may
        // even have been let go of again, and then this image may be too old.
        found = shard.accounts.find(id);
        if (found != shard.accounts.end() || image.position.end < shard.forgotten) continue;
        auto loaded = new_account(shard, id);
        loaded->load(std::move(image));
        co_return AccountHandle(&adopt(shard, std::move(loaded)));
    }
    if (found->second->impl().deleted) co_return fail(Errc::not_found, "the account is deleted");
    co_return AccountHandle(found->second.get());
}

Task<Status> Store::erase_due(io::Loop& here) {
    co_return co_await impl_->keeper->erase_due(here);
}

Task<Status> Store::scrub(io::Loop& here) {
    co_return co_await impl_->keeper->scrub(here);
}

namespace {

/// What is still to be erased.
struct Owed {
    std::uint64_t contents = 0;
    std::uint64_t places = 0;
    std::int64_t first_deadline_us = 0;  ///< 0: nothing is owed
};

Result<Owed> owed_in(const IndexView& view) {
    Owed owed;
    LOAM_TRY_STATUS(view.each_erasure(nullptr, [&](const OwedErasure& erasure) {
        owed.contents += erasure.row.cids.size();
        owed.places += erasure.row.places.size();
        const std::int64_t deadline = erasure.row.deadline_us;
        if (owed.first_deadline_us == 0 || deadline < owed.first_deadline_us)
            owed.first_deadline_us = deadline;
        return true;
    }));
    return owed;
}

}  // namespace

Task<Result<std::vector<Store::Stat>>> Store::stats(io::Loop& here) {
    keep::Keeper& keeper = *impl_->keeper;
    auto work = [&keeper] { return keeper.index().stats(); };
    const Index::Stats index = co_await io::offload(here, io::Workers::Class::foreground, work);
    const keep::Keeper::Counters counters = keeper.counters();
    auto count = [](const IndexView& view) -> Result<std::pair<std::uint64_t, AccountCell>> {
        LOAM_TRY(const auto accounts, view.accounts());
        AccountCell sum;
        std::uint64_t users = 0;
        for (const AccountId id : accounts) {
            if (id == kStoreAccount) continue;
            LOAM_TRY(const auto cell, view.account(id));
            if (!cell) continue;
            ++users;
            sum.used_octets += cell->used_octets;
            sum.messages += cell->messages;
            sum.mailboxes += cell->mailboxes;
        }
        return std::pair{users, sum};
    };
    LOAM_CO_TRY(const auto sums, co_await keeper.read(here, count));
    LOAM_CO_TRY(const Owed owed, co_await keeper.read(here, owed_in));
    std::vector<Stat> stats{
        {"accounts", sums.first},
        {"mailboxes", sums.second.mailboxes},
        {"messages", sums.second.messages},
        {"message_octets", sums.second.used_octets},
        {"index_file_bytes", index.file_bytes},
        {"index_memtable_bytes", index.memtable_bytes},
        {"index_cache_bytes", index.cache_used_bytes},
        {"log_groups", counters.groups},
        {"log_transactions", counters.transactions},
        {"log_bytes_written", counters.log_bytes},
        {"log_write_microseconds", counters.log_write_us},
        {"log_groups_replayed", counters.replayed_groups},
        {"index_waiting_groups", counters.waiting_groups},
        {"low_space", keeper.low_space() ? 1U : 0U},
        {"erase_waiting_contents", owed.contents},
        {"erase_waiting_places", owed.places},
        {"erase_first_deadline_s", static_cast<std::uint64_t>(owed.first_deadline_us) / 1'000'000},
        {"erased_contents", counters.erased_contents},
        {"erased_places", counters.erased_places},
        {"erased_octets", counters.erased_octets},
        {"erase_failures", counters.erase_failures},
        {"segments_deleted", counters.segments_deleted},
        {"snapshots_written", counters.snapshots},
        {"snapshot_octets_written", counters.snapshot_octets},
        {"scrub_running", counters.scrub.running ? 1U : 0U},
        {"scrub_octets", counters.scrub.octets},
        {"scrub_segments_left", counters.scrub.segments_left},
        {"scrub_damages", counters.scrub.damages},
        {"scrub_finished_s", static_cast<std::uint64_t>(counters.scrub.finished_us) / 1'000'000},
        {"scrub_finished_damages", counters.scrub.last_damages},
    };
    LOAM_CO_TRY_STATUS(co_await impl_->add_search_stats(here, stats));
    co_return stats;
}

}  // namespace loam
