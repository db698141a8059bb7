#pragma once

#include <string>
#include <utility>

namespace loam::imap {

/// The client's side of SCRAM, RFC 5802 section 3, written from the RFC alone: the other side in
/// tests.
class ScramClient {
  public:
    struct Settings {
        const char* digest = "SHA256";
        std::string user{};
        std::string password{};
        std::string nonce = "rOprNGfwEbeRWgbNEkqO";
        std::string gs2_header = "n,,";
        std::string binding{};  ///< the octets that follow the header in c=
    };
    explicit ScramClient(Settings settings) : settings_(std::move(settings)) {}

    std::string first() const;
    /// The answer to the server's first message.
    std::string last(const std::string& server_first);
    /// What the server says last if it knows the user's keys; after last().
    std::string server_last() const { return "v=" + server_signature_; }

  private:
    std::string bare() const;

    const Settings settings_;
    std::string server_signature_;
};

}  // namespace loam::imap
