#include "bench/load/address.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace loam::load {

namespace {

struct FreeAddresses {
    void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

Status tune(int fd) {
    const int on = 1;
    const int flags = fcntl(fd, F_GETFL);
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 || flags < 0 ||
        fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
        return fail(Errc::io, std::string("socket options: ") + std::strerror(errno));
    return Status::good();
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size())
        return fail(Errc::invalid, "address '" + std::string(text) + "': not HOST:PORT");
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return Address{.host = std::string(host), .port = std::string(text.substr(colon + 1))};
}

Result<int> connect_to(const Address& address) {
    const std::string name = address.host + ":" + address.port;
    addrinfo hints{};
    hints.ai_flags = AI_ADDRCONFIG;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int failed = getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found);
    if (failed != 0) return fail(Errc::io, name + ": " + gai_strerror(failed));
    const std::unique_ptr<addrinfo, FreeAddresses> list(found);
    int last_error = 0;
    for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
        const int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
        if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) == 0) {
            LOAM_TRY_STATUS(tune(fd));
            return fd;
        }
        last_error = errno;
        if (fd >= 0) close(fd);
    }
    return fail(Errc::io, name + ": " + std::strerror(last_error));
}

}  // namespace loam::load
