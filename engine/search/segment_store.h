#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/index/index.h"
#include "engine/search/candidates.h"
#include "engine/search/segment_builder.h"

/// Segments of accounts in the index's search family. Keys: docs/format/search.md, section 6.
namespace loam::lookup {

struct StoredSegment {
    std::uint64_t id = 0;
    SegmentHead head;
};

/// The segments of an account whose heads are sound, by ascending id. Of a damaged one nothing is
/// said: its messages count as not indexed. Errors: busy (cache_only), io.
Result<std::vector<StoredSegment>> load_segments(const IndexView& view, AccountId account);

/// Reads blocks of one segment. Borrows `view`.
LoadBlocks block_loader(const IndexView& view, AccountId account, std::uint64_t segment);

/// Changes what accounts have. Every call may block, for as long as another call works on the same
/// account too, so it runs in a worker. Thread: any.
/// Errors: io, and corrupt where a segment is damaged: that one is gone then.
class SegmentStore {
  public:
    explicit SegmentStore(Index& index) : index_(index) {}
    SegmentStore(const SegmentStore&) = delete;
    SegmentStore& operator=(const SegmentStore&) = delete;

    /// Messages of the account that no segment has, ascending.
    Result<std::vector<Cid>> unindexed(AccountId account) const;
    /// Of `cids`, which ascend, those that no segment has.
    Result<std::vector<Cid>> unindexed_of(AccountId account, std::span<const Cid> cids) const;
    /// Makes a segment of what was built; then merges while there are enough of a level. Messages
    /// that are gone by now leave nothing behind.
    Status add(AccountId account, SegmentBuilder builder, ZstdContext& zstd);
    /// Once it returns, no segment has anything of these messages. For erasure: it comes before the
    /// word that they are erased.
    Status forget(AccountId account, std::span<const Cid> cids, ZstdContext& zstd);
    /// All of the account's segments go.
    Status drop(AccountId account);

  private:
    class Turn;
    Status sweep(AccountId account, std::span<const StoredSegment> sound);
    Status merge_full_levels(AccountId account, ZstdContext& zstd);
    /// Makes one segment of `olds` in their place, without what `gone` has (ascending) and without
    /// messages that are gone by themselves.
    Status rewrite(AccountId account, std::span<const StoredSegment> olds,
                   std::span<const Cid> gone, ZstdContext& zstd);

    Index& index_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<AccountId> busy_;  ///< accounts that somebody works on
};

}  // namespace loam::lookup
