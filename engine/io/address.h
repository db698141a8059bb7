#pragma once

#include <string>
#include <sys/socket.h>

#include "engine/base/result.h"

namespace loam::io {

/// A socket address: "127.0.0.1:1143", "[::1]:1143" or "unix:/path".
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
    const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage); }
    int family() const { return storage.ss_family; }
};

/// Numbers only: no name is looked up. Errors: invalid, naming the text.
Result<SocketAddress> parse_address(const std::string& text);
/// The text that parse_address() takes.
std::string to_string(const SocketAddress& address);
/// 127.0.0.0/8, ::1, the former inside IPv6, or a unix socket.
bool is_loopback(const SocketAddress& address);

}  // namespace loam::io
