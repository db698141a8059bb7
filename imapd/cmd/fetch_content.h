#pragma once

#include <string>

#include "engine/api/message.h"
#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/cmd/fetch_line.h"
#include "imapd/session/session.h"

namespace loam::imap {

/// Streams one BODY[...], BINARY[...] or RFC822 item of a FETCH line, with a space before it unless
/// it is the first. Nothing is written when it fails before its octets began; when it fails later
/// the literal cannot be ended and the connection is aborted.
/// Errors: expunged, corrupt, unsupported, unknown_cte, io: this item only. closed: the connection.
Task<Status> stream_item(Session& session, const FetchPlan::Step& step, FetchSubject subject,
                         bool first);

}  // namespace loam::imap
