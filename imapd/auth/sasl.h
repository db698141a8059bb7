#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "imapd/auth/scram_secret.h"

struct Gsasl;
struct Gsasl_session;

namespace loam::imap {

/// libgsasl, once for all exchanges. Thread: any.
class SaslLibrary {
  public:
    SaslLibrary();
    SaslLibrary(const SaslLibrary&) = delete;
    SaslLibrary& operator=(const SaslLibrary&) = delete;
    ~SaslLibrary();
    Gsasl* get() const { return gsasl_; }

  private:
    Gsasl* gsasl_ = nullptr;
};

/// The server's side of one SASL exchange by libgsasl: RFC 4422. It knows no users: it takes down
/// what the client claims, and holds a SCRAM proof against the keys that it was given.
/// Thread: one at a time. Lifetime: borrows the library. step() may burn CPU: call it in a worker.
class SaslSession {
  public:
    /// `mechanism`: one that libgsasl has. `binding`: of tls-exporter, RFC 9266; empty: none.
    SaslSession(const SaslLibrary& library, const std::string& mechanism, std::string_view binding);
    SaslSession(const SaslSession&) = delete;
    SaslSession& operator=(const SaslSession&) = delete;
    ~SaslSession();

    enum class Outcome : std::uint8_t {
        more,       ///< `output` is the next challenge
        done,       ///< as far as the mechanism can tell; SCRAM: `output` is our own proof
        refused,    ///< the client is not who it says, or was tampered with on its way
        malformed,  ///< not what the mechanism says
    };
    struct Turn {
        Outcome outcome = Outcome::malformed;
        std::string output;
    };
    /// `response`: what the client said, decoded from base64.
    Turn step(const std::string& response);

    /// The keys for SCRAM; without them it gives out a random salt.
    void set_secret(ScramSecret secret);

    struct Claim {
        std::string authzid;   ///< for whom to act; empty: for oneself
        std::string authcid;   ///< who it is; EXTERNAL has none
        std::string password;  ///< PLAIN
    };
    Claim claim() const;

  private:
    static int answer(Gsasl* library, Gsasl_session* session, int property);
    friend class SaslLibrary;

    Gsasl_session* session_ = nullptr;
    const std::string binding_;  // base64
    bool has_secret_ = false;
    ScramSecret secret_;
};

}  // namespace loam::imap
