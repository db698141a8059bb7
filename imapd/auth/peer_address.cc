#include "imapd/auth/peer_address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>

namespace loam::imap {

std::string address_of(std::string_view peer) {
    if (peer.starts_with('[')) return std::string(peer.substr(1, peer.find(']') - 1));
    return std::string(peer.substr(0, peer.rfind(':')));
}

std::string network_of(std::string_view address) {
    std::string text(address);
    in6_addr parsed{};
    if (inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return text;
    if (IN6_IS_ADDR_V4MAPPED(&parsed)) return text.substr(text.rfind(':') + 1);
    std::fill(std::begin(parsed.s6_addr) + 8, std::end(parsed.s6_addr), 0);
    std::array<char, INET6_ADDRSTRLEN> shown{};
    inet_ntop(AF_INET6, &parsed, shown.data(), shown.size());
    return std::string(shown.data()) + "/64";
}

}  // namespace loam::imap
