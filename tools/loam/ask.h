#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/io/net.h"
#include "engine/io/ring_net.h"
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

/// To the admin socket of the server that has the store open. `held` is what opening the store
/// said: it stands unless the holder answers.
Task<Result<std::unique_ptr<io::Stream>>> connect_holder(io::RingNet& net, std::string store,
                                                         Error held);

}  // namespace loam::tool
