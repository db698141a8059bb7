#pragma once

#include <functional>

#include "imapd/admin/answer.h"
#include "imapd/admin/request.h"
#include "tools/loam/command.h"

namespace loam::tool {

/// Does what is asked: on the store itself or, while a server has it open, by that server through
/// its admin socket. Rows come to `take` one by one. Returns an exit status, and has complained if
/// it is not kExitFine.
int ask_store(
    const Options& options, bool create, admin::Request request,
    const std::function<void(const admin::Row&)>& take = [](const admin::Row&) {});

}  // namespace loam::tool
