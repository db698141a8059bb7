#include "imapd/syntax/authenticate.h"

#include "imapd/cmd/login.h"
#include "imapd/cmd/runners.h"
#include "imapd/cmd/sasl_base64.h"

namespace loam::imap {
namespace {

// The client's next words, decoded. `challenge` is what it answers to.
Task<Result<std::string>> ask(Session& session, std::string_view challenge) {
    session.writer().raw("+ ").raw(sasl_encode(challenge)).end();
    LOAM_CO_TRY(const std::string line, co_await session.port().read_line());
    if (line == "*") co_return fail(Errc::invalid, "cancelled as you wish");
    co_return sasl_decode(line);
}

Task<Result<UserInfo>> exchange(Session& session, AuthenticateArgs args) {
    LOAM_CO_TRY(const auto steps, session.authenticator().begin(args.mechanism));
    io::Loop& here = session.port().loop();
    Result<std::string> response = std::string();
    if (args.initial) {
        response = sasl_decode(*args.initial);
    } else {
        response = co_await ask(session, {});
    }
    for (;;) {
        if (!response) co_return response.error();
        LOAM_CO_TRY(const auto step, co_await steps->step(here, *std::move(response)));
        if (step.user) co_return *step.user;
        response = co_await ask(session, step.challenge);
    }
}

}  // namespace

/// AUTHENTICATE: RFC 9051 section 6.2.2, initial response of RFC 4959.
Task<Result<Reply>> run_authenticate(Session& session, Command& command) {
    LOAM_CO_TRY(auto args, parse_authenticate(command.lexer, command.context));
    if (!session.plaintext_allowed()) {
        co_return Reply::no("PRIVACYREQUIRED", "no password without TLS");
    }
    auto user = co_await exchange(session, std::move(args));
    co_return co_await finish_login(session, std::move(user));
}

}  // namespace loam::imap
