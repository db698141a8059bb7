#include "tests/transcripts/client.h"

#include <arpa/inet.h>
#include <charconv>
#include <cstdint>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/check.h"

namespace loam::imap {
namespace {

constexpr int kPatienceSeconds = 60;

// The size in "{n}" or "~{n}" at the end of a line of the server.
std::optional<std::size_t> literal_at_end(std::string_view line) {
    if (!line.ends_with('}')) return std::nullopt;
    const std::size_t open = line.rfind('{');
    if (open == std::string_view::npos) return std::nullopt;
    const std::string_view digits = line.substr(open + 1, line.size() - open - 2);
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return size;
}

}  // namespace

Client::Client(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    inet_pton(AF_INET, address.substr(0, colon).c_str(), &where.sin_addr);
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    LOAM_CHECK(::connect(fd_, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{.tv_sec = kPatienceSeconds, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

Client::~Client() {
    ::close(fd_);
}

void Client::send(std::string_view octets) {
    while (!octets.empty()) {
        const ssize_t sent = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (sent < 0) return;  // the server hung up; the test sees it when it reads
        octets.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool Client::fill() {
    char octets[16384];
    const ssize_t got = ::recv(fd_, octets, sizeof octets, 0);
    if (got > 0) buffer_.append(octets, static_cast<std::size_t>(got));
    ended_ = got == 0 || (got < 0 && errno != EAGAIN);
    return got > 0;
}

bool Client::read_line(std::string& out) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
        if (!fill()) return false;
    }
    out.append(buffer_, 0, end);
    buffer_.erase(0, end + 2);
    return true;
}

bool Client::read_octets(std::string& out, std::size_t count) {
    while (buffer_.size() < count) {
        if (!fill()) return false;
    }
    out.append(buffer_, 0, count);
    buffer_.erase(0, count);
    return true;
}

std::string Client::read_response() {
    std::string response;
    bool whole = read_line(response);
    for (auto size = literal_at_end(response); whole && size;) {
        response += "\r\n";
        whole = read_octets(response, *size);
        std::string line;
        whole = whole && read_line(line);
        response += line;
        size = literal_at_end(line);
    }
    if (whole) return response;
    return response + (ended_ ? "<eof>" : "<silence>");
}

}  // namespace loam::imap
