#include "imapd/cmd/runners.h"

namespace loam::imap {

/// STARTTLS: RFC 9051 section 6.2.1. The handshake begins behind the answer: imapd/cmd/dispatch.cc.
Task<Result<Reply>> run_starttls(Session& session) {
    if (session.port().secure()) co_return Reply::bad("TLS is on already");
    if (!session.port().can_start_tls()) co_return Reply::no("this server has no certificate");
    session.layer_wanted = Session::Layer::tls;
    co_return Reply::ok("begin TLS now");
}

}  // namespace loam::imap
