#pragma once

#include <string>
#include <string_view>

namespace loam::imap {

/// A client's end of a connection, blocking, for tests.
class Client {
  public:
    explicit Client(const std::string& address);  ///< "127.0.0.1:40123"
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    void send(std::string_view octets);
    /// The next response with the literals in it, as they came, without the last CRLF. "<eof>" when
    /// the server hung up, "<silence>" when it said nothing for a long time.
    std::string read_response();

  private:
    bool fill();
    bool read_line(std::string& out);
    bool read_octets(std::string& out, std::size_t count);

    int fd_ = -1;
    bool ended_ = false;
    std::string buffer_;
};

}  // namespace loam::imap
