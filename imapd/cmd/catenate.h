#pragma once

#include <memory>

#include "engine/api/upload.h"
#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/cmd/append_input.h"
#include "imapd/cmd/append_message.h"

namespace loam::imap {

/// A message made of literals and of parts of messages that are here, each copied as it is stored
/// and in pieces: RFC 4469 sections 3 and 4.2. The lexer stands behind "CATENATE (".
/// Errors: as take_message().
Task<Result<std::unique_ptr<Upload>>> take_parts(AppendInput& input, MessageRoom room);

}  // namespace loam::imap
