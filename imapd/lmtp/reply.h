#pragma once

#include <string>

#include "engine/base/result.h"

namespace loam::lmtp {

/// The one place where an error becomes an LMTP answer: RFC 5321 section 4.2, RFC 3463.
std::string delivery_reply(const Error& error);

}  // namespace loam::lmtp
