#include "imapd/cmd/login.h"

#include "imapd/auth/peer_address.h"
#include "imapd/cmd/capability.h"
#include "imapd/cmd/runners.h"
#include "imapd/wire/chars.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

Task<Result<Reply>> refuse_login(Session& session, Error why) {
    io::Loop& loop = session.port().loop();
    session.login_failures += 1;
    const io::Monotonic until = loop.now() + session.config().login_delay * session.login_failures;
    co_await io::sleep_until(loop, until);
    if (session.login_failures >= session.config().login_failures_max) {
        session.writer().untagged(Condition::bye, {}, "too many failed logins");
        session.set_logout();
    }
    if (why.code != Errc::auth_failed) co_return why;
    // Which of the two was wrong is nobody's business.
    co_return Reply::no("AUTHENTICATIONFAILED", "wrong user or password");
}

}  // namespace

Task<Result<Reply>> finish_login(Session& session, Result<UserInfo> user) {
    const bool refused =
        !user && (user.error().code == Errc::auth_failed || user.error().code == Errc::limit);
    if (refused) co_return co_await refuse_login(session, user.error());
    if (!user) co_return user.error();
    const Status entered = co_await session.enter(*std::move(user));
    if (!entered) co_return entered.error();
    co_return Reply::ok(code_capability(capability_names(session)), "welcome");
}

/// LOGIN: RFC 9051 section 6.2.3. Names and passwords beyond ASCII come by AUTHENTICATE: RFC 6855
/// section 5.
Task<Result<Reply>> run_login(Session& session, LoginArgs args) {
    if (!is_ascii(args.user) || !is_ascii(args.password)) {
        co_return Reply::no("CANNOT", "beyond ASCII, use AUTHENTICATE");
    }
    if (!session.plaintext_allowed()) {
        co_return Reply::no("PRIVACYREQUIRED", "no password without TLS");
    }
    io::Loop& here = session.port().loop();
    auto user = co_await session.authenticator().verify_password(
        here, std::move(args.user), std::move(args.password), address_of(session.port().peer()));
    co_return co_await finish_login(session, std::move(user));
}

}  // namespace loam::imap
