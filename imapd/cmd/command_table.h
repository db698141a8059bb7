#pragma once

#include <span>

#include "imapd/cmd/command.h"

namespace loam::imap {

/// Every command there is, by name. A row's place in it does not change while the process runs.
std::span<const CommandRow> command_table();

}  // namespace loam::imap
