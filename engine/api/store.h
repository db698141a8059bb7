#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/account.h"
#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/limits.h"
#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/loop.h"
#include "engine/record/rows.h"

namespace loam {

namespace keep {
struct Environment;
}

/// How a store is opened. Sizes in octets.
struct StoreOptions {
    std::string path;
    bool create = false;  ///< make the store when the directory is missing or empty
    std::uint64_t cache_bytes = 256ULL << 20;
    std::uint64_t segment_bytes = 64ULL << 20;
    std::uint64_t message_bytes_max = 256ULL << 20;
    /// A body of more stored octets goes to the log in chunks of about as many, while it arrives.
    std::size_t inline_bytes_max = kInlineBodyBytesMax;
    std::size_t chunk_bytes = kChunkBytesMax;
    /// Accounts that stay loaded on one thread though nobody uses them.
    std::size_t accounts_idle_max = 4096;
    std::chrono::seconds erase_after = std::chrono::hours(24);
    /// How often segments of the log are looked for in which nothing is left. 0: only when asked.
    std::chrono::seconds collect_every = std::chrono::minutes(10);
    /// Changes of an account within which a mailbox remembers its expunges at least; twice as many
    /// at most.
    std::uint64_t expunge_history = 100'000;
    /// Octets of an account's records in the log before it gets a snapshot there.
    std::uint64_t snapshot_meta_bytes = 64U << 10;
    /// How often the whole log is read and held against its hashes. 0: only when asked.
    std::chrono::seconds scrub_every{0};
    std::uint64_t scrub_bytes_per_second = 8U << 20;  ///< at most, about. 0: as fast as it goes
};

/// One reactor thread of the process and its files.
struct StoreThread {
    io::Loop* loop = nullptr;
    io::Disk* disk = nullptr;
};

/// A user as the operator sees one.
struct UserInfo {
    AccountId account;
    CredentialRow credentials;
};

/// Most octets a user name may have.
inline constexpr std::size_t kUserNameBytesMax = 255;

/// The open store of one process. At most one process has a store open (a lock file names the
/// holder). Thread:   calls that take `here` may come from any loop and return to it; account()
/// only on the account's owner. Lifetime: borrows the loops and disks in `threads`; close() before
/// the destructor.
class Store {
  public:
    /// Takes the lock, reads the log's tail into the index, starts the log. Runs on threads[0].
    /// Errors: busy (in use; names the holder), not_found, corrupt (names file and offset),
    /// unsupported, io, no_room.
    static Task<Result<std::unique_ptr<Store>>> open(StoreOptions options,
                                                     std::vector<StoreThread> threads);
    /// The same in a process that is not the real one: engine/keep/environment.h.
    static Task<Result<std::unique_ptr<Store>>> open_in(keep::Environment environment,
                                                        StoreOptions options,
                                                        std::vector<StoreThread> threads);
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    ~Store();

    /// Waits for what is under way, makes the index durable, releases the lock. On threads[0]; no
    /// handle is left then.
    Task<Status> close();

    /// The loop on which everything of this account happens. Thread: any.
    io::Loop& owner(AccountId account) const;
    /// Errors: not_found (deleted meanwhile), io. Thread: the owner's.
    Task<Result<AccountHandle>> account(AccountId account);

    /// User names are compared as given (UTF-8, NFC). Errors: not_found, io.
    Task<Result<UserInfo>> find_user(io::Loop& here, std::string name);
    Task<Result<std::vector<UserInfo>>> list_users(io::Loop& here);
    /// Makes the account with its INBOX, then the name. Errors: exists, invalid (name), io.
    Task<Result<AccountId>> add_user(io::Loop& here, CredentialRow credentials);
    /// Errors: not_found, io.
    Task<Status> set_secret(io::Loop& here, std::string name, std::string secret);
    Task<Status> set_administrator(io::Loop& here, std::string name, bool administrator);
    Task<Status> delete_user(io::Loop& here, std::string name);
    /// What the user's account holds and may hold. Errors: not_found, io.
    Task<Result<AccountCell>> usage(io::Loop& here, std::string name);
    /// Account::set_limits, and the account as it is then. Errors: not_found, io.
    Task<Result<AccountCell>> set_limits(io::Loop& here, std::string name, LimitsChange change);

    /// Erases at once what is due, instead of slowly in the background: the octets of messages that
    /// nobody has any more, from the log and from the index's files. Segments of the log in which
    /// nothing is left are deleted as well. Errors: closed, io, corrupt.
    Task<Status> erase_due(io::Loop& here);
    /// Reads the whole log at once and holds it against its hashes. Damage is no error: it goes to
    /// the process's log, and stats() counts it. Errors: closed, io.
    Task<Status> scrub(io::Loop& here);

    const StoreOptions& options() const;
    /// Random octets that were made with the store and that nobody is told: for keys that a restart
    /// does not change.
    Bytes secret() const;
    /// Counters for `loam stats` and metrics: names are stable, values since start or at this
    /// moment.
    struct Stat {
        std::string name;
        std::uint64_t value = 0;
    };
    Task<Result<std::vector<Stat>>> stats(io::Loop& here);

  private:
    /// Changes what stands at that moment, with the account alone.
    Task<Status> change_credentials(io::Loop& here, std::string name,
                                    std::function<void(CredentialRow&)> change);

    struct Impl;
    explicit Store(std::unique_ptr<Impl> impl);
    friend class Delivery;
    std::unique_ptr<Impl> impl_;
};

}  // namespace loam
