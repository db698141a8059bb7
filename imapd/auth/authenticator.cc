#include "imapd/auth/authenticator.h"

#include <utility>

#include <spdlog/spdlog.h>

#include "imapd/auth/authenticator_state.h"
#include "imapd/auth/crypto.h"

namespace loam::imap {
namespace {

constexpr std::size_t kSaltBytes = 16;
/// Longer ones are refused before any work is done for them.
constexpr std::size_t kPasswordBytesMax = 1024;

}  // namespace

Result<std::string> make_secret(std::string_view password) {
    if (password.size() > kPasswordBytesMax) return fail(Errc::invalid, "the password is too long");
    LOAM_TRY(const ScramSecret secret,
             derive_secret(password, random_octets(kSaltBytes), kScramIterations));
    return print_secret(secret);
}

Authenticator::Impl::Impl(Store& of, LoginLimits limits, std::unique_ptr<TokenVerifier> verifier)
    : store(of),
      nobody_key(hmac_sha256(as_text(of.secret()), "salts of unknown users")),
      guard(limits),
      tokens(std::move(verifier)) {}

// As stable as a stored one, so that nobody learns from it who exists: RFC 5802 section 9.
ScramSecret Authenticator::Impl::secret_of_nobody(const std::string& name) const {
    const auto make = [&](std::string_view what) {
        return hmac_sha256(nobody_key, std::string(what) + ":" + name);
    };
    return {.iterations = kScramIterations,
            .salt = make("salt").substr(0, kSaltBytes),
            .stored_key = make("stored key"),
            .server_key = make("server key")};
}

Task<Result<Candidate>> Authenticator::Impl::find(io::Loop& here, std::string name) {
    Candidate candidate{.user = std::nullopt, .secret = secret_of_nobody(name)};
    if (name.size() > kUserNameBytesMax) co_return candidate;
    auto found = co_await store.find_user(here, name);
    if (!found && found.error().code != Errc::not_found) co_return found.error();
    if (!found || found->credentials.secret.empty()) co_return candidate;
    auto secret = parse_secret(found->credentials.secret);
    if (!secret) {
        spdlog::error("user {}: {}", name, secret.error().what);
        co_return candidate;
    }
    candidate.secret = *std::move(secret);
    candidate.user = *std::move(found);
    candidate.known = true;
    co_return candidate;
}

Task<Result<Candidate>> Authenticator::Impl::check_password(io::Loop& here, std::string name,
                                                            std::string password) {
    if (password.size() > kPasswordBytesMax) co_return Candidate{.user = std::nullopt};
    LOAM_CO_TRY(Candidate candidate, co_await find(here, name));
    const std::string stored = print_secret(candidate.secret);
    bool matches = cache.knows(name, stored, password, here.now());
    if (!matches) {
        auto check = [&] { return secret_matches(candidate.secret, password); };
        matches = co_await io::offload(here, io::Workers::Class::foreground, check);
        if (matches && candidate.user) cache.remember(name, stored, password, here.now());
    }
    wipe(password);
    if (!matches) candidate.user.reset();
    co_return candidate;
}

Task<Status> Authenticator::Impl::admit(io::Loop& here, LoginGuard::Attempt attempt) {
    const LoginGuard::Advice advice = guard.ask(attempt, here.now());
    if (advice.refused) {
        spdlog::warn("login refused from {}: too many have failed", attempt.address);
        co_return fail(Errc::limit, "too many logins from your address have failed, try later");
    }
    if (advice.delay.count() > 0) co_await io::sleep_until(here, here.now() + advice.delay);
    co_return Status::good();
}

// The filter in tools/packaging/fail2ban reads these lines.
void Authenticator::Impl::note(io::Loop& here, const LoginGuard::Attempt& attempt,
                               std::string_view mechanism, const Candidate& candidate) {
    if (candidate.user) {
        guard.succeeded(attempt);
        spdlog::debug("login from {}: {} by {}", attempt.address, attempt.user, mechanism);
        return;
    }
    guard.failed(attempt, here.now());
    spdlog::warn("login failed from {}: {} by {}", attempt.address,
                 candidate.known ? "user " + attempt.user : "no such user", mechanism);
}

Authenticator::Authenticator(Store& store, LoginLimits limits,
                             std::unique_ptr<TokenVerifier> tokens)
    : impl_(std::make_unique<Impl>(store, limits, std::move(tokens))) {}
Authenticator::~Authenticator() = default;

bool Authenticator::takes_tokens() const {
    return impl_->tokens != nullptr;
}
const LoginGuard::Counters& Authenticator::counters() const {
    return impl_->guard.counters();
}

Task<Result<UserInfo>> Authenticator::verify_password(io::Loop& here, std::string user,
                                                      std::string password, std::string address) {
    const LoginGuard::Attempt attempt{.address = std::move(address), .user = user};
    LOAM_CO_TRY_STATUS(co_await impl_->admit(here, attempt));
    LOAM_CO_TRY(Candidate candidate,
                co_await impl_->check_password(here, std::move(user), std::move(password)));
    impl_->note(here, attempt, "password", candidate);
    if (!candidate.user) co_return fail(Errc::auth_failed, "wrong user name or password");
    co_return *std::move(candidate.user);
}

}  // namespace loam::imap
