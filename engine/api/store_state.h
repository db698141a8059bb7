#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/api/account_state.h"
#include "engine/api/store.h"
#include "engine/codec/frame.h"
#include "engine/keep/keeper.h"
#include "engine/keep/lock_file.h"
#include "engine/log/log_reader.h"
#include "engine/log/segment_files.h"

/// The inside of Store, shared by the sources of engine/api.
namespace loam {

/// The accounts of one reactor thread, and what they share.
struct Shard {
    Shard(StoreThread on, const StoreOptions& options)
        : thread(on),
          log(*on.disk, log_dir(options.path, 0)),
          indexer(*on.loop, texts),
          state{*on.loop, log, zstd, texts, indexer},
          accounts_idle_max(options.accounts_idle_max) {}

    io::Loop& loop() const { return *thread.loop; }
    /// Lets go of everything that belongs to this thread. Nobody uses an account any more.
    Task<Status> close();
    Task<Status> forget_segment(SegmentId segment);
    /// Lets go of accounts that nobody uses, when there are many.
    void shrink();

    const StoreThread thread;
    LogReader log;
    ZstdContext zstd;
    TextPool texts;
    IndexBuilder indexer;
    ThreadState state;
    const std::size_t accounts_idle_max;
    Lsn forgotten;  ///< no account that was let go of has published anything after it
    std::unordered_map<AccountId, std::unique_ptr<Account>> accounts;
};

struct Store::Impl {
    StoreOptions options;
    std::unique_ptr<keep::LockFile> lock;  ///< goes last
    std::unique_ptr<keep::Keeper> keeper;
    std::vector<std::unique_ptr<Shard>> shards;

    Task<Status> add_search_stats(io::Loop& here, std::vector<Stat>& stats);

    Shard& shard(AccountId account) const { return *shards[account.value % shards.size()]; }
    std::unique_ptr<Account::Impl> new_account(Shard& shard, AccountId id);
    Account& adopt(Shard& shard, std::unique_ptr<Account::Impl> loaded);
    /// Store::account().
    Task<Result<AccountHandle>> load(AccountId id);

    /// Account 0 holds the names of users and the next account id. It stays loaded.
    Account::Impl& store_account() const {
        return shard(kStoreAccount).accounts.at(kStoreAccount)->impl();
    }
    Task<Status> load_store_account();
    /// No reader keeps the file of a segment open that is about to be deleted.
    Task<Status> forget_segment(SegmentId segment);
    /// What a crash between the two halves of add_user or delete_user leaves behind.
    Task<Status> drop_nameless_accounts();

    // Each runs on the owner of the account it changes.
    Task<Result<AccountId>> add_user(CredentialRow credentials);
    Task<Status> make_account(AccountId id, CredentialRow credentials);
    using ChangeCredentials = std::function<void(CredentialRow&)>;
    Task<Status> change_credentials(AccountId id, ChangeCredentials change);
    Task<Status> drop_account(AccountId id);
    Task<Status> load_and_drop(AccountId id);
    Task<Status> drop_name(std::string name);
};

}  // namespace loam
