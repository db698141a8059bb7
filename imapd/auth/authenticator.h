#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/api/store.h"
#include "engine/base/result.h"
#include "engine/io/loop.h"
#include "engine/io/task.h"

namespace loam::imap {

/// Whether and where a password may cross the wire in the clear: RFC 9051 sections 11.1, 11.2
/// and 11.7.
enum class PlaintextPolicy : std::uint8_t {
    tls,       ///< only under TLS
    loopback,  ///< under TLS, or from this machine
    never,     ///< not even under TLS
};

/// Makes the stored form of a password: SCRAM-SHA-256 keys (RFC 5803), which also verify a plain
/// password. Burns about a millisecond of CPU: call it in a worker. Errors: invalid (empty, control
/// characters, over-long).
Result<std::string> make_secret(std::string_view password);

/// Checks users against the store. Unknown users cost the same work as known ones. Secrets are
/// never logged. Thread: any loop; one object serves all. Lifetime: borrows the store.
class Authenticator {
  public:
    explicit Authenticator(Store& store);
    Authenticator(const Authenticator&) = delete;
    Authenticator& operator=(const Authenticator&) = delete;
    ~Authenticator();

    /// Errors: auth_failed (whichever of the two was wrong), io.
    Task<Result<UserInfo>> verify_password(io::Loop& here, std::string user, std::string password);

    /// A SASL exchange by libgsasl: RFC 4422, PLAIN of RFC 4616. Mechanism names in capitals.
    static std::string_view mechanisms();  ///< "PLAIN"

    class Exchange {
      public:
        struct Impl;
        explicit Exchange(std::unique_ptr<Impl> impl);
        Exchange(const Exchange&) = delete;
        Exchange& operator=(const Exchange&) = delete;
        ~Exchange();
        struct Step {
            std::string
                challenge;  ///< to send after "+ ", before base64; only when there is no user yet
            std::optional<UserInfo> user;  ///< the exchange is over and this is who it is
        };
        /// `response`: what the client said, decoded from base64. Errors: auth_failed, invalid
        /// (malformed), io.
        Task<Result<Step>> step(io::Loop& here, std::string response);

      private:
        std::unique_ptr<Impl> impl_;
    };
    /// Errors: unsupported (mechanism not known).
    Result<std::unique_ptr<Exchange>> begin(std::string_view mechanism);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace loam::imap
