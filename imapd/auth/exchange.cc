// SASL exchanges: who says what is libgsasl's, whom to believe is decided here.
#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "engine/base/check.h"
#include "imapd/auth/authenticator.h"
#include "imapd/auth/authenticator_state.h"
#include "imapd/auth/bearer.h"

namespace loam::imap {
namespace {

enum class Kind : std::uint8_t { scram, external, bearer, plain };

struct Mechanism {
    std::string_view name;
    Kind kind;
    bool (*offered)(const AuthChannel& channel);
};
// The best first. A SCRAM client that could bind to the channel and finds no -PLUS knows that
// somebody took it away: RFC 5802 section 6.
constexpr Mechanism kMechanisms[] = {
    {"SCRAM-SHA-256-PLUS", Kind::scram, [](const AuthChannel& c) { return !c.binding.empty(); }},
    {"SCRAM-SHA-256", Kind::scram, [](const AuthChannel&) { return true; }},
    {"EXTERNAL", Kind::external, [](const AuthChannel& c) { return !c.certificate_user.empty(); }},
    {"OAUTHBEARER", Kind::bearer, [](const AuthChannel& c) { return c.tokens; }},
    {"PLAIN", Kind::plain, [](const AuthChannel& c) { return c.password_allowed; }},
};

}  // namespace

struct Authenticator::Exchange::Impl {
    Impl(Authenticator& of, const Mechanism& which, AuthChannel over)
        : authenticator(of), mechanism(which), channel(std::move(over)) {
        if (which.kind == Kind::bearer) return;  // libgsasl 2.2 has no such mechanism
        sasl.emplace(of.impl_->sasl, std::string(which.name), channel.binding);
    }

    Task<Status> look_up(io::Loop& here, const std::string& response);
    Task<Status> meet(io::Loop& here, std::string name);
    Task<Status> judge(io::Loop& here);
    Result<UserInfo> conclude(io::Loop& here);
    Task<Result<Step>> take_token(io::Loop& here, std::string response);

    Authenticator& authenticator;
    const Mechanism& mechanism;
    const AuthChannel channel;
    std::optional<SaslSession> sasl;
    bool token_refused = false;
    LoginGuard::Attempt attempt{.address = channel.address, .user = {}};
    std::optional<Candidate> candidate;  // once the client has named one
};

// Somebody is named: waits if too many have failed.
Task<Status> Authenticator::Exchange::Impl::meet(io::Loop& here, std::string name) {
    attempt.user = std::move(name);
    co_return co_await authenticator.impl_->admit(here, attempt);
}

// libgsasl asks for salt and keys in the middle of a step and cannot wait for them. So a session
// that is thrown away reads the client's first message for the name in it.
Task<Status> Authenticator::Exchange::Impl::look_up(io::Loop& here, const std::string& response) {
    auto read_name = [&] {
        SaslSession reader(authenticator.impl_->sasl, std::string(mechanism.name), channel.binding);
        static_cast<void>(reader.step(response));  // the real one says what is wrong
        return reader.claim().authcid;
    };
    const std::string name = co_await io::offload(here, io::Workers::Class::foreground, read_name);
    if (name.empty()) co_return Status::good();
    LOAM_CO_TRY_STATUS(co_await meet(here, name));
    LOAM_CO_TRY(candidate, co_await authenticator.impl_->find(here, name));
    sasl->set_secret(candidate->secret);
    co_return Status::good();
}

// The mechanism has no objection. Nobody acts for anybody else.
Task<Status> Authenticator::Exchange::Impl::judge(io::Loop& here) {
    SaslSession::Claim claim = sasl->claim();
    if (mechanism.kind == Kind::external) claim.authcid = channel.certificate_user;
    if (mechanism.kind != Kind::scram) {
        LOAM_CO_TRY_STATUS(co_await meet(here, claim.authcid));
    }
    if (mechanism.kind == Kind::plain) {
        LOAM_CO_TRY(candidate, co_await authenticator.impl_->check_password(
                                   here, claim.authcid, std::move(claim.password)));
    }
    if (mechanism.kind == Kind::external) {
        LOAM_CO_TRY(candidate, co_await authenticator.impl_->find(here, claim.authcid));
    }
    const bool for_another = !claim.authzid.empty() && claim.authzid != claim.authcid;
    if (candidate && for_another) candidate->user.reset();
    co_return Status::good();
}

Result<UserInfo> Authenticator::Exchange::Impl::conclude(io::Loop& here) {
    const Candidate ended = candidate.value_or(Candidate{.user = std::nullopt});
    authenticator.impl_->note(here, attempt, mechanism.name, ended);
    if (!ended.user) return fail(Errc::auth_failed, "wrong user name or password");
    return *ended.user;
}

// RFC 7628 section 3: a refusal is told in a challenge, and whatever the client says to it, it has
// failed.
Task<Result<Authenticator::Exchange::Step>> Authenticator::Exchange::Impl::take_token(
    io::Loop& here, std::string response) {
    if (token_refused) co_return fail(Errc::auth_failed, "the token was not taken");
    if (response.empty()) co_return Step{};
    LOAM_CO_TRY(const BearerMessage message, parse_bearer(response));
    LOAM_CO_TRY_STATUS(co_await meet(here, {}));
    const TokenVerifier& tokens = *authenticator.impl_->tokens;
    const std::int64_t now_s = here.wall_now() / 1'000'000;
    auto verify = [&] { return tokens.verify(message.token, now_s); };
    const auto user = co_await io::offload(here, io::Workers::Class::foreground, verify);
    if (user) {
        attempt.user = *user;
        LOAM_CO_TRY(candidate, co_await authenticator.impl_->find(here, *user));
        if (!message.authzid.empty() && message.authzid != *user) candidate->user.reset();
    } else {
        spdlog::info("login from {}: {}", attempt.address, user.error().what);
    }
    auto verdict = conclude(here);
    if (verdict) co_return Step{.challenge = {}, .user = *std::move(verdict)};
    token_refused = true;
    co_return Step{.challenge = bearer_refusal(tokens.rules().scope), .user = std::nullopt};
}

std::vector<std::string_view> Authenticator::mechanisms(const AuthChannel& channel) {
    std::vector<std::string_view> names;
    for (const Mechanism& mechanism : kMechanisms) {
        if (channel.allowed && mechanism.offered(channel)) names.push_back(mechanism.name);
    }
    return names;
}

Authenticator::Exchange::Exchange(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Authenticator::Exchange::~Exchange() = default;

Result<std::unique_ptr<Authenticator::Exchange>> Authenticator::begin(std::string_view mechanism,
                                                                      AuthChannel channel) {
    const auto* found = std::ranges::find(kMechanisms, mechanism, &Mechanism::name);
    if (found == std::end(kMechanisms) || !channel.allowed || !found->offered(channel)) {
        return fail(Errc::unsupported, "authentication mechanism not supported");
    }
    return std::make_unique<Exchange>(
        std::make_unique<Exchange::Impl>(*this, *found, std::move(channel)));
}

Task<Result<Authenticator::Exchange::Step>> Authenticator::Exchange::step(io::Loop& here,
                                                                          std::string response) {
    if (impl_->mechanism.kind == Kind::bearer) {
        co_return co_await impl_->take_token(here, std::move(response));
    }
    if (impl_->mechanism.kind == Kind::scram && !impl_->candidate) {
        LOAM_CO_TRY_STATUS(co_await impl_->look_up(here, response));
    }
    auto take = [&] { return impl_->sasl->step(response); };
    SaslSession::Turn turn = co_await io::offload(here, io::Workers::Class::foreground, take);
    switch (turn.outcome) {
        case SaslSession::Outcome::more:
            co_return Step{.challenge = std::move(turn.output), .user = std::nullopt};
        case SaslSession::Outcome::refused:
            if (impl_->candidate) impl_->candidate->user.reset();
            break;
        case SaslSession::Outcome::malformed:
            co_return fail(Errc::invalid, "not what the mechanism says");
        case SaslSession::Outcome::done: {
            LOAM_CO_TRY_STATUS(co_await impl_->judge(here));
            break;
        }
    }
    LOAM_CO_TRY(UserInfo user, impl_->conclude(here));
    co_return Step{.challenge = std::move(turn.output), .user = std::move(user)};
}

}  // namespace loam::imap
