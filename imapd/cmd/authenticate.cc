#include "imapd/syntax/authenticate.h"

#include "imapd/auth/crypto.h"
#include "imapd/auth/sasl_base64.h"
#include "imapd/cmd/login.h"
#include "imapd/cmd/runners.h"

namespace loam::imap {
namespace {

// The client's next words, decoded. `challenge` is what it answers to.
Task<Result<std::string>> ask(Session& session, std::string_view challenge) {
    session.writer().raw("+ ").raw(base64_of(challenge)).end();
    LOAM_CO_TRY(const std::string line, co_await session.port().read_line());
    if (line == "*") co_return fail(Errc::invalid, "cancelled as you wish");
    co_return sasl_decode(line);
}

// What a mechanism ends with has no place in OK: it is a challenge, and the client says nothing to
// it. RFC 4422 section 3.6.
Task<Result<UserInfo>> conclude(Session& session, Authenticator::Exchange::Step last) {
    if (last.challenge.empty()) co_return *std::move(last.user);
    LOAM_CO_TRY(const std::string response, co_await ask(session, last.challenge));
    if (!response.empty()) co_return fail(Errc::invalid, "nothing was left to say");
    co_return *std::move(last.user);
}

Task<Result<UserInfo>> exchange(Session& session, AuthenticateArgs args, AuthChannel channel) {
    LOAM_CO_TRY(const auto steps,
                session.authenticator().begin(args.mechanism, std::move(channel)));
    io::Loop& here = session.port().loop();
    Result<std::string> response = std::string();
    if (args.initial) {
        response = sasl_decode(*args.initial);
    } else {
        response = co_await ask(session, {});
    }
    for (;;) {
        if (!response) co_return response.error();
        LOAM_CO_TRY(auto step, co_await steps->step(here, *std::move(response)));
        if (step.user) co_return co_await conclude(session, std::move(step));
        response = co_await ask(session, step.challenge);
    }
}

}  // namespace

/// AUTHENTICATE: RFC 9051 section 6.2.2, initial response of RFC 4959.
Task<Result<Reply>> run_authenticate(Session& session, Command& command) {
    LOAM_CO_TRY(auto args, parse_authenticate(command.lexer, command.context));
    AuthChannel channel = session.auth_channel();
    if (!channel.allowed) co_return Reply::no("PRIVACYREQUIRED", "no login without TLS");
    auto user = co_await exchange(session, std::move(args), std::move(channel));
    co_return co_await finish_login(session, std::move(user));
}

}  // namespace loam::imap
