#include "imapd/cmd/runners.h"

namespace loam::imap {

/// ID: RFC 2971 sections 3.1 and 3.2. What the client says of itself changes nothing.
Task<Result<Reply>> run_id(Session& session, IdArgs) {
    session.writer()
        .begin()
        .raw(R"(ID ("name" "Loam" "version" )")
        .string(session.config().version)
        .close()
        .end();
    co_return Reply::ok("pleased to meet you");
}

}  // namespace loam::imap
