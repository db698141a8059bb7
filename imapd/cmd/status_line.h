#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/session/session.h"
#include "imapd/syntax/status.h"

namespace loam::imap {

/// Writes "STATUS name (...)", or nothing when there is no such mailbox. Only RECENT loads the
/// mailbox; all else stands in its row. Errors: io.
Task<Status> write_status_line(Session& session, std::string name, StatusItems items);

}  // namespace loam::imap
