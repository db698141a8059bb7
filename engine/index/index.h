#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/index/view.h"
#include "engine/record/record.h"

/// The index: what the log says, as keys that can be looked up. It promises nothing that the log
/// does not; it always equals some prefix of the log, named by Applied. Format:
/// docs/format/index.md.
namespace loam {

namespace index {
class Kv;
class MemoryStore;
class TailCache;
}  // namespace index

/// One record of a durable group. Everything borrowed lives until apply() returns.
struct AppliedRecord {
    AccountId account;
    Cid cid;  ///< APPEND only
    const Record* record = nullptr;
    Place payload;  ///< APPEND and CHUNK only
    /// The payload's sidecar if it is at hand (not on replay), for the cache; empty: none.
    std::string_view sidecar;
};

/// A durable group, every record of it in the order of its table: a record's place in `records` is
/// its number.
struct GroupToApply {
    Lsn group;
    Lsn end;                            ///< where the next group begins
    std::array<std::byte, 16> chain{};  ///< chain hash up to and with this group
    std::vector<AppliedRecord> records;
};

struct IndexOptions {
    std::size_t cache_bytes = 256U << 20;        ///< block cache: decoded blocks, filters, indexes
    std::size_t write_buffer_bytes = 32U << 20;  ///< of one memtable; two of each family may live
    /// Nothing on disk changes. apply() goes into memory, and every view sees it.
    bool read_only = false;
    /// False leaves what was not flushed to the next start's replay, as a crash would.
    bool flush_on_close = true;
    /// Content erased from the log is gone from old index files after this, seconds. 0: whenever.
    std::uint64_t rewrite_period_s = 12ULL * 3600;
    /// A write to disk failed behind our back. The callee ends the process. Thread: RocksDB's own.
    std::function<void(std::string_view what)> on_fatal = {};
};

/// Thread:    apply() on one thread at a time; everything else on any thread, at the same time.
/// Lifetime:  outlives its views.
class Index {
  public:
    /// Opens or creates the index in directory `path`; file modes are the caller's umask.
    /// Read-only, `path` must hold one. Errors: io, corrupt, not_found, unsupported.
    static Result<std::unique_ptr<Index>> open(const std::string& path, IndexOptions options);
    /// The same over a map in memory, for simulation. `store` outlives the index.
    static std::unique_ptr<Index> open_memory(index::MemoryStore& store);
    /// An empty one in memory for a replay of the whole log. Thread: one, views too, and a view
    /// shows what is there when it is asked.
    static std::unique_ptr<Index> open_scratch();

    ~Index();
    Index(const Index&) = delete;
    Index& operator=(const Index&) = delete;

    /// Makes one group's records visible, whole or not at all, and `end` and `chain` with them.
    /// Applying again what is already in changes nothing once everything up to the old position was
    /// applied again. Errors: io, corrupt. After either the caller ends the process: nothing of the
    /// group is visible. May block.
    Status apply(const GroupToApply& group);

    /// Puts what IndexView::each_state() showed of an account into an index that knows nothing of
    /// it. Errors: corrupt (a key of something else), io.
    Status restore(AccountId account, std::span<const std::pair<std::string, std::string>> entries);

    /// Everything as it is now. With cache_only the readers answer Errc::busy instead of blocking.
    IndexView view(ReadTier tier) const;

    /// Makes all that was applied durable, and says up to where. May block. Errors: io.
    Result<Applied> flush();
    /// Octets applied and not yet made durable by flush(); some may be durable all the same.
    std::uint64_t bytes_since_flush() const;

    /// Writes all files anew that hold something deleted, so that it is in none of them. May take
    /// long; `stop` ends it early. May block. Errors: io.
    Status rewrite(std::atomic<bool>& stop);

    /// Fills the cache of sidecars after misses; those whose last message is gone by now are left
    /// out. Derived data: no promise that it is found again. May block.
    Status put_sidecars(AccountId account,
                        std::span<const std::pair<Cid, std::string_view>> sidecars);

    /// Sets and deletes keys of the search family, whole or not at all: what they mean is the
    /// business of engine/search. Derived data: an older state may come back after a crash. May
    /// block.
    Status put_search(std::map<std::string, std::optional<std::string>, std::less<>> changes);

    /// Takes over the whole state that `from` shows; this index is on disk and empty. Durable when
    /// it returns, and never half there before the process that calls it can see it. May block.
    /// Errors: io, corrupt, unsupported.
    Status load(const IndexView& from);
    /// Reads every block of every file on disk and holds it against its checksum. May block.
    /// Errors: corrupt (names the file), io.
    Status verify() const;

    /// Figures for people and metrics, 0 where the store has none.
    struct Stats {
        std::uint64_t cache_used_bytes = 0;
        std::uint64_t memtable_bytes = 0;
        std::uint64_t file_bytes = 0;
        std::uint64_t pending_compaction_bytes = 0;
    };
    Stats stats() const;

  private:
    explicit Index(std::unique_ptr<index::Kv> kv);

    std::unique_ptr<index::Kv> kv_;
    std::unique_ptr<index::TailCache> tails_;  ///< apply()'s thread only
    std::mutex cache_mutex_;  ///< no group comes between a look at counts and what it lets in
};

}  // namespace loam
