#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/store.h"
#include "engine/base/result.h"
#include "engine/io/loop.h"
#include "engine/io/task.h"
#include "imapd/auth/login_guard.h"
#include "imapd/auth/token.h"

namespace loam::imap {

/// Whether and where a password may cross the wire in the clear: RFC 9051 sections 11.1, 11.2
/// and 11.7.
enum class PlaintextPolicy : std::uint8_t {
    tls,       ///< only under TLS
    loopback,  ///< under TLS, or from this machine
    never,     ///< not even under TLS
};

/// Which name in a client's certificate is the user's: for EXTERNAL.
enum class CertificateUser : std::uint8_t {
    none,         ///< no one logs in by a certificate
    common_name,  ///< the subject's CN
    email,        ///< the rfc822Name among its alternative names
};

/// What a connection has to offer to a SASL exchange.
struct AuthChannel {
    bool allowed = false;           ///< logging in at all
    bool password_allowed = false;  ///< with the password as it is: PLAIN
    std::string binding;  ///< of tls-exporter, RFC 9266; empty: none, and no SCRAM-SHA-256-PLUS
    std::string certificate_user;  ///< whom the client's certificate names; empty: no EXTERNAL
    bool tokens = false;           ///< OAUTHBEARER: the server takes them
    std::string address{};         ///< the client's, without its port
};

/// Makes the stored form of a password: SCRAM-SHA-256 keys (RFC 5803), which also verify a plain
/// password. Burns about a millisecond of CPU: call it in a worker. Errors: invalid (empty, control
/// characters, over-long).
Result<std::string> make_secret(std::string_view password);

/// Checks users against the store. Unknown users cost the same work as known ones and are given
/// the same salt each time. Failures are counted and slowed down (login_guard.h), and logged with
/// the address first; secrets never are, nor names that are nobody's, which may be mistyped
/// passwords. Thread: any loop; one object serves all. Lifetime: borrows the store.
class Authenticator {
  public:
    /// `tokens` null: none are taken.
    explicit Authenticator(Store& store, LoginLimits limits = {},
                           std::unique_ptr<TokenVerifier> tokens = nullptr);
    Authenticator(const Authenticator&) = delete;
    Authenticator& operator=(const Authenticator&) = delete;
    ~Authenticator();

    /// A password that verified is remembered for a while: password_cache.h. Errors: auth_failed
    /// (whichever of the two was wrong), limit (too many failures from this address), io.
    Task<Result<UserInfo>> verify_password(io::Loop& here, std::string user, std::string password,
                                           std::string address = {});

    /// What begin() takes on such a connection, the best first: SCRAM-SHA-256-PLUS and
    /// SCRAM-SHA-256 (RFC 5802, RFC 7677), EXTERNAL (RFC 4422 appendix A), OAUTHBEARER (RFC 7628),
    /// PLAIN (RFC 4616).
    static std::vector<std::string_view> mechanisms(const AuthChannel& channel);

    /// A SASL exchange: RFC 4422.
    class Exchange {
      public:
        struct Impl;
        explicit Exchange(std::unique_ptr<Impl> impl);
        Exchange(const Exchange&) = delete;
        Exchange& operator=(const Exchange&) = delete;
        ~Exchange();
        struct Step {
            /// To send after "+ ", before base64. With a user it is what the mechanism ends with:
            /// sent if it is not empty, and the client answers with nothing.
            std::string challenge;
            std::optional<UserInfo> user;  ///< the exchange is over and this is who it is
        };
        /// `response`: what the client said, decoded from base64. Errors: auth_failed, invalid
        /// (malformed), limit (too many failures from this address), io.
        Task<Result<Step>> step(io::Loop& here, std::string response);

      private:
        std::unique_ptr<Impl> impl_;
    };
    /// Errors: unsupported (none of mechanisms()). Names are in capitals.
    Result<std::unique_ptr<Exchange>> begin(std::string_view mechanism, AuthChannel channel);

    bool takes_tokens() const;
    const LoginGuard::Counters& counters() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace loam::imap
