#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/uid_set.h"
#include "engine/index/chunk.h"
#include "engine/index/kv.h"
#include "engine/index/mailbox_rows.h"

namespace loam::index {

/// Newest rows that stay single when older ones are sealed: new mail changes its flags soon, and a
/// single row is the cheaper one to change.
inline constexpr std::size_t kTailRows = 128;
/// Single rows a mailbox may have before the oldest kChunkRows of them are sealed.
inline constexpr std::size_t kSingleRowsMax = kChunkRows + kTailRows;

/// Where the chunks of one mailbox end and about how many single rows follow.
struct Tail {
    Uid sealed_last;  ///< largest uid of any chunk; 0: none
    std::size_t singles = 0;
};

/// Remembers tails between groups, so that an append reads nothing. Thread: apply()'s.
class TailCache {
  public:
    std::optional<Tail> find(AccountId account, MailboxId mailbox) const;
    void put(AccountId account, MailboxId mailbox, const Tail& tail);
    void forget(AccountId account, MailboxId mailbox);
    void clear() { tails_.clear(); }

  private:
    struct Key {
        AccountId account;
        MailboxId mailbox;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };
    std::unordered_map<Key, Tail, Hash> tails_;
};

/// All changes that one group makes to the rows of one mailbox. Reads only the chunks it changes,
/// and small neighbours of those that it shrinks. Borrows `kv`, which shows the time before the
/// group. Errors: io, corrupt.
class MailboxEditor {
  public:
    /// `tail` as it is in `kv`; nullopt: find out.
    static Result<MailboxEditor> open(const KvView& kv, AccountId account, MailboxId mailbox,
                                      std::optional<Tail> tail);

    /// Adds the row, or replaces the one with its uid.
    Status put(const MessageRow& row);
    /// Rows that are gone are passed over, here and in remove(): a replay may meet such.
    Status set_flags(const UidSet& uids, Modseq modseq, std::uint8_t flags, std::uint64_t keywords);
    Status remove(const UidSet& uids);

    /// Adds the new keys and values to `out`. The tail afterwards; nullopt: not known. Last call.
    Result<std::optional<Tail>> finish(Changes& out);

  private:
    struct LoadedChunk {
        Uid last;  ///< largest uid when loaded: what is at or below it belongs here
        std::vector<MessageRow> rows;
        bool rows_changed = false;
        bool flags_changed = false;
    };
    struct Single {
        std::optional<MessageRow> row;  ///< nullopt: removed
        bool changed = false;
    };
    using Chunks = std::map<Uid, LoadedChunk>;  ///< by the uid in their keys

    MailboxEditor(const KvView& kv, AccountId account, MailboxId mailbox, Tail tail);

    /// Loaded, or loaded now. The chunk holds `uid` or is the first above; end(): none.
    Result<Chunks::iterator> chunk_from(Uid uid);
    Result<Chunks::iterator> chunk_before(Uid first);
    Chunks::iterator keep(Chunk chunk);
    template <typename Visit>
    Status for_each_chunk(const UidSet& uids, Visit visit);
    /// Loads the single rows named in `uids`.
    Status load_singles(const UidSet& uids);
    Status load_singles(Uid first, Uid last);

    Status merge_small_chunks();
    Result<bool> merge_with_previous(Chunks::iterator chunk);
    Result<bool> merge_with_next(Chunks::iterator chunk);
    void write_chunks(Changes& out) const;
    void write_chunk(Changes& out, std::span<const MessageRow> rows) const;
    /// Returns how many single rows are left.
    Result<std::size_t> write_singles(Changes& out);
    Result<std::size_t> seal(Changes& out);

    const KvView& kv_;
    AccountId account_;
    MailboxId mailbox_;
    Tail tail_;
    ChunkReader reader_;
    Chunks chunks_;
    std::map<Uid, Single> singles_;
    std::size_t singles_added_ = 0;  ///< as far as is known without reading
    bool tail_known_ = true;
};

}  // namespace loam::index
