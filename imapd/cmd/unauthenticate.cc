#include "imapd/cmd/capability.h"
#include "imapd/cmd/runners.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {

/// UNAUTHENTICATE: RFC 8437. Once compression is on it is not offered: nobody can tell where the
/// client's last compressed octet was.
Task<Result<Reply>> run_unauthenticate(Session& session) {
    if (!session.port().can_compress()) co_return Reply::bad("not while compression is on");
    session.leave();
    co_return Reply::ok(code_capability(capability_names(session)), "who are you?");
}

}  // namespace loam::imap
