#pragma once

#include "engine/api/store.h"
#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/session/reply.h"
#include "imapd/session/session.h"

namespace loam::imap {

/// How LOGIN and AUTHENTICATE end. A failure waits before it answers, longer each time, and the
/// last one ends the connection; a success opens the account and tells what it can do.
Task<Result<Reply>> finish_login(Session& session, Result<UserInfo> user);

}  // namespace loam::imap
