#include "imapd/cmd/runners.h"

namespace loam::imap {

/// NOOP: RFC 9051 section 6.1.2. CHECK: RFC 3501 section 6.4.1; everything acknowledged is durable
/// already. What there is to tell goes out before the tagged answer, as after every command.
Task<Result<Reply>> run_noop(Session&) {
    co_return Reply::ok("done");
}

/// LOGOUT: RFC 9051 section 6.1.3.
Task<Result<Reply>> run_logout(Session& session) {
    session.unselect();
    session.writer().untagged(Condition::bye, {}, "see you");
    session.set_logout();
    co_return Reply::ok("logged out");
}

/// NAMESPACE: RFC 9051 sections 5.1.2, 6.3.10, 7.3.2 and 11.5, RFC 2342 section 5. One personal
/// namespace, nobody else's.
Task<Result<Reply>> run_namespace(Session& session) {
    session.writer().untagged_line(R"(NAMESPACE (("" "/")) NIL NIL)");
    co_return Reply::ok("that is all");
}

}  // namespace loam::imap
