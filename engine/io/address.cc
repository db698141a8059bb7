#include "engine/io/address.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <netinet/in.h>
#include <string_view>
#include <sys/un.h>

namespace loam::io {

namespace {

constexpr std::string_view kUnixPrefix = "unix:";

/// The addresses of one family inside sockaddr_storage; memcpy is how C++ lets us look at them.
template <typename Address>
Address view_as(const SocketAddress& address) {
    Address out{};
    std::memcpy(&out, &address.storage, sizeof out);
    return out;
}

template <typename Address>
SocketAddress from(const Address& address, std::size_t size) {
    SocketAddress out;
    std::memcpy(&out.storage, &address, sizeof address);
    out.size = static_cast<socklen_t>(size);
    return out;
}

Error refuse(const std::string& text, std::string_view why) {
    return fail(Errc::invalid, "address \"" + text + "\": " + std::string(why));
}

Result<SocketAddress> parse_unix(const std::string& text) {
    const std::string_view path = std::string_view(text).substr(kUnixPrefix.size());
    sockaddr_un address{};
    if (path.empty() || path.front() != '/') return refuse(text, "the path is not absolute");
    if (path.find('\0') != std::string_view::npos) return refuse(text, "NUL in the path");
    if (path.size() >= sizeof address.sun_path) return refuse(text, "the path is too long");
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    return from(address, offsetof(sockaddr_un, sun_path) + path.size() + 1);
}

Result<SocketAddress> parse_ip(const std::string& text, const std::string& host, in_port_t port) {
    if (text.front() == '[') {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(port);
        if (inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) != 1) {
            return refuse(text, "no IPv6 address in the brackets");
        }
        return from(address, sizeof address);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
        return refuse(text, "neither IPv4, nor IPv6 in brackets, nor unix:");
    }
    return from(address, sizeof address);
}

}  // namespace

Result<SocketAddress> parse_address(const std::string& text) {
    if (text.starts_with(kUnixPrefix)) return parse_unix(text);
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) return refuse(text, "no port");
    std::string host = text.substr(0, colon);
    const char* const begin = text.data() + colon + 1;
    const char* const end = text.data() + text.size();
    in_port_t port = 0;
    const auto [stop, error] = std::from_chars(begin, end, port);
    if (error != std::errc{} || stop != end) return refuse(text, "the port is no number to 65535");
    if (host.front() == '[') {
        if (host.back() != ']') return refuse(text, "no closing bracket");
        host = host.substr(1, host.size() - 2);
    }
    return parse_ip(text, host, port);
}

std::string to_string(const SocketAddress& address) {
    std::array<char, INET6_ADDRSTRLEN> host{};
    if (address.family() == AF_INET) {
        const auto ip = view_as<sockaddr_in>(address);
        inet_ntop(AF_INET, &ip.sin_addr, host.data(), host.size());
        return std::string(host.data()) + ":" + std::to_string(ntohs(ip.sin_port));
    }
    if (address.family() == AF_INET6) {
        const auto ip = view_as<sockaddr_in6>(address);
        inet_ntop(AF_INET6, &ip.sin6_addr, host.data(), host.size());
        return "[" + std::string(host.data()) + "]:" + std::to_string(ntohs(ip.sin6_port));
    }
    const auto local = view_as<sockaddr_un>(address);
    if (address.size <= offsetof(sockaddr_un, sun_path) || local.sun_path[0] == '\0') return "unix";
    return std::string(kUnixPrefix) + local.sun_path;
}

bool is_loopback(const SocketAddress& address) {
    if (address.family() == AF_UNIX) return true;
    if (address.family() == AF_INET) {
        const auto ip = view_as<sockaddr_in>(address);
        return (ntohl(ip.sin_addr.s_addr) >> 24) == 127;
    }
    if (address.family() != AF_INET6) return false;
    const auto ip = view_as<sockaddr_in6>(address);
    std::array<unsigned char, 16> octets{};
    std::memcpy(octets.data(), &ip.sin6_addr, octets.size());
    if (IN6_IS_ADDR_LOOPBACK(&ip.sin6_addr)) return true;
    return IN6_IS_ADDR_V4MAPPED(&ip.sin6_addr) && octets[12] == 127;
}

}  // namespace loam::io
