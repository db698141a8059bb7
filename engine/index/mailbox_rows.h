#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/index/chunk.h"
#include "engine/index/kv.h"

/// Reading the message rows of one mailbox: chunks, then single rows, all of whose uids are above
/// those of every chunk. Errors: busy, io, corrupt.
namespace loam::index {

/// A chunk as it lies in the store.
struct Chunk {
    Uid first;  ///< of its keys
    std::vector<MessageRow> rows;
};

/// All rows, by ascending uid.
Result<std::vector<MessageRow>> read_rows(const KvView& kv, AccountId account, MailboxId mailbox);

/// The single rows with uids in [first, last].
Result<std::vector<MessageRow>> read_single_rows(const KvView& kv, AccountId account,
                                                 MailboxId mailbox, Uid first, Uid last);

/// Finds the chunks of one mailbox one after another. Borrows `kv`.
class ChunkReader {
  public:
    ChunkReader(const KvView& kv, AccountId account, MailboxId mailbox);
    /// The chunk that holds `uid`, or the first one above it, if any.
    Result<std::optional<Chunk>> from(Uid uid);
    /// The first uid of the last chunk that begins below `uid`, which read() then reads.
    Result<std::optional<Uid>> first_before(Uid uid);
    /// The chunk last found.
    Result<std::optional<Chunk>> read();
    /// The largest uid of any chunk; 0: there is none.
    Result<Uid> last_uid();

  private:
    const KvView& kv_;
    AccountId account_;
    MailboxId mailbox_;
    std::unique_ptr<KvCursor> fixed_;
};

}  // namespace loam::index
