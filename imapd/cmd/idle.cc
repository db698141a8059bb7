#include "imapd/cmd/context.h"
#include "imapd/cmd/runners.h"
#include "imapd/syntax/command.h"

namespace loam::imap {

/// IDLE: RFC 9051 sections 5.3 and 6.3.13, RFC 2177 section 3. Waits for the client's line and for
/// the mailbox at once.
Task<Result<Reply>> run_idle(Session& session, Command& command) {
    LOAM_CO_TRY_STATUS(parse_no_arguments(command.lexer));
    Port& port = session.port();
    session.writer().continuation("idling");
    for (;;) {
        session.announce(true);
        co_await update_contexts(session);
        LOAM_CO_TRY_STATUS(co_await port.flush());
        if (port.line_ready()) break;
        co_await port.wait();
    }
    LOAM_CO_TRY(const std::string line, co_await port.read_line());
    if (!is_idle_done(line)) co_return Reply::bad("expected DONE");
    co_return Reply::ok("done idling");
}

}  // namespace loam::imap
