#pragma once

#include <string>

#include "imapd/session/session.h"

namespace loam::imap {

/// What CAPABILITY lists in this session's state, separated by spaces: RFC 9051 section 6.1.1. What
/// needs a login is not told before it; ENABLE changes nothing.
std::string capability_names(const Session& session);

}  // namespace loam::imap
