#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "engine/api/account.h"
#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/session/session.h"
#include "imapd/syntax/append.h"

/// How the message of APPEND and REPLACE comes in.
namespace loam::imap {

/// Begins the upload of so many octets. Errors: those of Account::begin_upload().
using BeginUpload = std::function<Result<std::unique_ptr<Upload>>(std::uint64_t size)>;

/// Takes the message that `pending` announces. `pending` goes down once its octets are asked for.
/// Errors: those of `begin` and Upload; invalid, unsupported (not to be stored); those of Port.
Task<Result<AppendItem>> take_message(Session& session, AppendMessage message, BeginUpload begin,
                                      std::optional<LiteralSuffix>& pending);

/// The line after a message: the next one's announcement, or the end. Errors: as
/// parse_append_next(); those of Port.
Task<Result<std::optional<AppendMessage>>> read_next_message(Session& session, bool utf8,
                                                             std::optional<LiteralSuffix>& pending);

}  // namespace loam::imap
