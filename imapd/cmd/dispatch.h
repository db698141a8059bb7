#pragma once

#include "engine/io/task.h"
#include "imapd/cmd/command_meter.h"
#include "imapd/session/session.h"

namespace loam::imap {

/// Greets the client and serves its commands until it logs out, the connection is lost or the
/// server goes down. All output has been sent, or has failed, when it ends.
/// `meter` (null: none) counts the commands.
/// Thread: begins on the port's loop and may end on another: see Port::move_to().
Task<void> serve(Session& session, CommandMeter* meter);

}  // namespace loam::imap
