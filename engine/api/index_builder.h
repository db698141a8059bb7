#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <unordered_set>
#include <vector>

#include "engine/api/account.h"
#include "engine/api/text_pool.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/io/gate.h"
#include "engine/io/loop.h"
#include "engine/io/task.h"
#include "engine/search/segment_builder.h"

namespace loam {

/// What is to be done for the search index of a loaded account. Part of Account::Impl.
struct IndexDebt {
    std::vector<Cid> waiting;  ///< messages that no segment has, as far as we know
    std::uint64_t waiting_bytes = 0;
    bool surveyed = false;  ///< `waiting` has what earlier processes left behind
    bool damaged = false;   ///< the account's segments are to be made anew
    bool queued = false;
    std::unordered_set<Cid> refused;  ///< too large, or damaged: searched without an index
};

/// Makes the search index of one thread's accounts in the background, one account after another, so
/// that the newest messages only are searched without it. Reads on the loop, works in workers.
/// Thread: the loop's. Lifetime: close() before the accounts and the keeper go.
class IndexBuilder {
  public:
    IndexBuilder(io::Loop& loop, TextPool& texts) : loop_(loop), texts_(texts) {}
    IndexBuilder(const IndexBuilder&) = delete;
    IndexBuilder& operator=(const IndexBuilder&) = delete;
    ~IndexBuilder();

    /// A message of `bytes` octets is there.
    void arrived(Account::Impl& account, Cid cid, std::uint64_t bytes);
    /// Somebody opens a mailbox: what earlier processes did not finish is found out, once.
    void opened(Account::Impl& account);
    /// A search found messages that are not indexed, or segments that are damaged.
    void found_unindexed(Account::Impl& account, std::span<const Cid> cids, bool damage);
    /// The account is deleted: its segments go.
    void deleted(Account::Impl& account);
    /// Indexes all that the account has, now. Errors: io, closed.
    Task<Status> build_all(Account::Impl& account);
    /// Gives up what is queued and waits for what is under way.
    Task<void> close();

    /// Messages that wait to be indexed, of all accounts.
    std::uint64_t lag() const { return lag_; }

  private:
    void queue(Account::Impl& account);
    void look_again();
    Task<void> run();
    Task<Status> build(Account::Impl& account, std::size_t leave);
    Task<Status> survey(Account::Impl& account);
    Task<Status> build_segment(Account::Impl& account, std::vector<Cid> cids);
    void set_waiting(IndexDebt& debt, std::vector<Cid> waiting);

    io::Loop& loop_;
    TextPool& texts_;
    io::Gate gate_;
    std::deque<Account::Impl*> queue_;  ///< each pinned
    std::vector<Account::Impl*> idle_;  ///< few messages wait, until the timer; each pinned
    io::Loop::TimerId timer_ = 0;
    bool running_ = false;
    std::uint64_t lag_ = 0;
};

}  // namespace loam
