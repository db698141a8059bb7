#pragma once

#include <functional>
#include <string>

#include "engine/base/result.h"
#include "engine/io/net.h"
#include "engine/io/task.h"
#include "imapd/admin/answer.h"
#include "imapd/admin/request.h"

namespace loam::admin {

/// Asks the server at the other end of `stream` and hands on the rows of its answer as they come.
/// Errors: those of the server's answer; closed (it went away before it had answered), invalid (a
/// request that cannot be sent, an answer that this program does not understand), io.
Task<Status> ask(io::Stream& stream, Request request, const std::function<void(const Row&)>& take);

/// The answer to a request that was sent in another way. Errors likewise.
Task<Status> read_answer(io::Stream& stream, const std::function<void(const Row&)>& take);

}  // namespace loam::admin
