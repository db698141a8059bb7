#pragma once

#include <cstdint>
#include <functional>

#include "engine/api/mailbox.h"
#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/session/session.h"
#include "imapd/wire/numset.h"

namespace loam::imap {

/// What a client is told of a message that it did not FETCH.
enum class Tell : std::uint8_t {
    nothing,
    uid,    ///< and MODSEQ, if the client knows it
    flags,  ///< and both of those
};

/// A FETCH response for each of `numbers` as `what` says; none for those that are gone. A mailbox
/// is selected. Errors: those of the connection.
Task<Status> tell_flags(Session& session, NumSet numbers,
                        std::function<Tell(const MessageRow&)> what);

}  // namespace loam::imap
