#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace loam::load {

/// A TCP address as typed: `localhost:143`, `127.0.0.1:1143`, `[::1]:143`.
struct Address {
    std::string host;
    std::string port;
};

/// Errors: invalid (no port, or nothing before it).
Result<Address> parse_address(std::string_view text);

/// Connects, then makes the socket non-blocking. The caller closes it. Errors: io.
Result<int> connect_to(const Address& address);

}  // namespace loam::load
