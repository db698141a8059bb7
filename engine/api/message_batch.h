#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "engine/api/account.h"
#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/codec/blob_reader.h"
#include "engine/codec/frame.h"
#include "engine/io/task.h"
#include "engine/mail/structure.h"
#include "engine/search/folded_message.h"

/// Messages whose text somebody wants to look at, many at once: read on the owner's loop, decoded
/// in a worker.
namespace loam {

/// A message with more text is not taken whole: whoever wants it streams it.
inline constexpr std::uint64_t kBatchTextBytesMax = 8U << 20;

/// What was read of a message from the log.
struct LoadedMessage {
    enum class State : std::uint8_t {
        ready,
        gone,   ///< expunged and erased meanwhile
        large,  ///< more than kBatchTextBytesMax of text; nothing was read
    };
    Cid cid;
    State state = State::gone;
    Status status;  ///< why it could not be read: corrupt, unsupported
    std::size_t sidecar_bytes = 0;
    ByteVector octets;  ///< the stored sidecar; then, of a small message, the whole blob
    struct Piece {
        StoredRange range;
        ByteVector octets;
    };
    std::vector<Piece> pieces;  ///< of a larger one: the blob's octets that hold text
};

/// In the order of `cids`. Thread: the account's owner. Errors: io.
Task<Result<std::vector<LoadedMessage>>> load_messages(Account::Impl& account,
                                                       std::vector<Cid> cids);

/// A message's structure and the raw octets of its text. Buffers are used again.
struct UnpackedMessage {
    mail::Structure structure;
    Bytes digest;                  ///< encoded; lies in the LoadedMessage
    lookup::RawMessage raw;        ///< has all of lookup::text_ranges(structure)
    std::deque<ByteVector> plain;  ///< where `raw` lies; a deque, so that they stay in place
};
/// Of a message that is ready. Thread: any. Errors: corrupt, unsupported.
Status unpack(const LoadedMessage& message, ZstdContext& zstd, UnpackedMessage& out);

}  // namespace loam
