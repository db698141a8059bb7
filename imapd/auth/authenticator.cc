#include "imapd/auth/authenticator.h"

#include <gsasl.h>
#include <utility>

#include <openssl/rand.h>
#include <spdlog/spdlog.h>

#include "engine/base/check.h"
#include "imapd/auth/scram_secret.h"

namespace loam::imap {

namespace {

constexpr std::size_t kSaltBytes = 16;
/// Longer ones are refused before any work is done for them.
constexpr std::size_t kPasswordBytesMax = 1024;

std::string random_octets(std::size_t size) {
    std::string octets(size, '\0');
    LOAM_CHECK(
        RAND_bytes(reinterpret_cast<unsigned char*>(octets.data()), static_cast<int>(size)) == 1);
    return octets;
}

/// What a PLAIN client said; the callback leaves it here, since verifying must not block inside
/// libgsasl.
struct PlainClaim {
    std::string authzid;
    std::string authcid;
    std::string password;
};

int take_plain_claim(Gsasl* /*context*/, Gsasl_session* session, Gsasl_property property) {
    if (property != GSASL_VALIDATE_SIMPLE) return GSASL_NO_CALLBACK;
    auto* claim = static_cast<PlainClaim*>(gsasl_session_hook_get(session));
    const auto text = [session](Gsasl_property which) {
        const char* value = gsasl_property_fast(session, which);
        return std::string(value == nullptr ? "" : value);
    };
    claim->authzid = text(GSASL_AUTHZID);
    claim->authcid = text(GSASL_AUTHID);
    claim->password = text(GSASL_PASSWORD);
    return GSASL_OK;
}

}  // namespace

Result<std::string> make_secret(std::string_view password) {
    if (password.size() > kPasswordBytesMax) return fail(Errc::invalid, "the password is too long");
    LOAM_TRY(const ScramSecret secret,
             derive_secret(password, random_octets(kSaltBytes), kScramIterations));
    return print_secret(secret);
}

struct Authenticator::Impl {
    Store& store;
    ScramSecret nobody;  ///< checked for unknown users, so that they take as long as known ones
    Gsasl* gsasl = nullptr;
};

Authenticator::Authenticator(Store& store) : impl_(std::make_unique<Impl>(store)) {
    impl_->nobody = {kScramIterations, random_octets(kSaltBytes), random_octets(32),
                     random_octets(32)};
    LOAM_CHECK(gsasl_init(&impl_->gsasl) == GSASL_OK);
    gsasl_callback_set(impl_->gsasl, take_plain_claim);
}

Authenticator::~Authenticator() {
    gsasl_done(impl_->gsasl);
}

Task<Result<UserInfo>> Authenticator::verify_password(io::Loop& here, std::string user,
                                                      std::string password) {
    const Error wrong = fail(Errc::auth_failed, "wrong user name or password");
    if (user.size() > kUserNameBytesMax || password.size() > kPasswordBytesMax) co_return wrong;
    auto found = co_await impl_->store.find_user(here, user);
    if (!found && found.error().code != Errc::not_found) co_return found.error();
    ScramSecret secret = impl_->nobody;
    bool known = false;
    if (found && !found->credentials.secret.empty()) {
        auto parsed = parse_secret(found->credentials.secret);
        known = parsed.ok();
        if (parsed) secret = *std::move(parsed);
        if (!known) spdlog::error("user {}: {}", user, parsed.error().what);
    }
    auto check = [&secret, &password] { return secret_matches(secret, password); };
    const bool matches = co_await io::offload(here, io::Workers::Class::foreground, check);
    if (!known || !matches) co_return wrong;
    co_return std::move(*found);
}

std::string_view Authenticator::mechanisms() {
    return "PLAIN";
}

struct Authenticator::Exchange::Impl {
    Authenticator& authenticator;
    Gsasl_session* session = nullptr;
    PlainClaim claim;

    explicit Impl(Authenticator& with) : authenticator(with) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        if (session != nullptr) gsasl_finish(session);
    }
};

Authenticator::Exchange::Exchange(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Authenticator::Exchange::~Exchange() = default;

Result<std::unique_ptr<Authenticator::Exchange>> Authenticator::begin(std::string_view mechanism) {
    if (mechanism != mechanisms())
        return fail(Errc::unsupported, "authentication mechanism not supported");
    auto impl = std::make_unique<Exchange::Impl>(*this);
    const std::string name(mechanism);
    if (gsasl_server_start(impl_->gsasl, name.c_str(), &impl->session) != GSASL_OK) {
        return fail(Errc::unsupported, "authentication mechanism not supported");
    }
    gsasl_session_hook_set(impl->session, &impl->claim);
    return std::make_unique<Exchange>(std::move(impl));
}

Task<Result<Authenticator::Exchange::Step>> Authenticator::Exchange::step(io::Loop& here,
                                                                          std::string response) {
    char* out = nullptr;
    std::size_t out_size = 0;
    const int code = gsasl_step(impl_->session, response.data(), response.size(), &out, &out_size);
    const std::unique_ptr<char, void (*)(void*)> owner(out, gsasl_free);
    if (code == GSASL_NEEDS_MORE)
        co_return Step{.challenge = std::string(out, out_size), .user = std::nullopt};
    if (code != GSASL_OK)
        co_return fail(Errc::invalid, std::string("SASL: ") + gsasl_strerror(code));
    PlainClaim claim = std::exchange(impl_->claim, {});
    if (!claim.authzid.empty() && claim.authzid != claim.authcid) {
        co_return fail(Errc::auth_failed, "acting for another user is not allowed");
    }
    LOAM_CO_TRY(UserInfo user, co_await impl_->authenticator.verify_password(
                                   here, std::move(claim.authcid), std::move(claim.password)));
    co_return Step{.challenge = {}, .user = std::move(user)};
}

}  // namespace loam::imap
