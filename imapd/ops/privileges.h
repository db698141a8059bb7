#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"

namespace loam::ops {

/// What a process that reads strangers' octets should not be able to do. Before any other thread is
/// started: nothing that is executed later gains rights, no capability can be won back, and (unless
/// `core_dumps`) no memory is written to a core file or read by another process of the same user.
void restrict_process(bool core_dumps);

/// Becomes `user` with its groups, in all threads and for good, if this is root; another user than
/// itself is refused. `files` become that user's. Errors: not_found (no such user), invalid, io.
Status become_user(const std::string& user, const std::vector<std::string>& files, bool core_dumps);

}  // namespace loam::ops
