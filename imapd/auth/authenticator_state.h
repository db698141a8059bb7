#pragma once

#include <optional>
#include <string>

#include "imapd/auth/authenticator.h"
#include "imapd/auth/login_guard.h"
#include "imapd/auth/password_cache.h"
#include "imapd/auth/sasl.h"
#include "imapd/auth/scram_secret.h"

/// The inside of Authenticator, shared by its sources.
namespace loam::imap {

/// A user, or nobody with keys that nothing matches. Both are handled alike up to the verdict.
struct Candidate {
    std::optional<UserInfo> user;  ///< none: unknown, may not log in, or not the one it said
    ScramSecret secret{};
    bool known = false;
};

struct Authenticator::Impl {
    Impl(Store& of, LoginLimits limits, std::unique_ptr<TokenVerifier> verifier);

    /// Errors: io.
    Task<Result<Candidate>> find(io::Loop& here, std::string name);
    /// find(), and the user goes if the password is not the right one. Errors: io.
    Task<Result<Candidate>> check_password(io::Loop& here, std::string name, std::string password);
    /// Waits as long as this attempt has to. Errors: limit.
    Task<Status> admit(io::Loop& here, LoginGuard::Attempt attempt);
    /// Counts and logs how it ended.
    void note(io::Loop& here, const LoginGuard::Attempt& attempt, std::string_view mechanism,
              const Candidate& candidate);
    ScramSecret secret_of_nobody(const std::string& name) const;

    Store& store;
    const std::string nobody_key;  ///< what salts of unknown users are made with
    SaslLibrary sasl;
    PasswordCache cache;
    LoginGuard guard;
    const std::unique_ptr<TokenVerifier> tokens;  ///< null: none
};

}  // namespace loam::imap
