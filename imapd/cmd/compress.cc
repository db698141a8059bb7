#include "imapd/cmd/runners.h"

namespace loam::imap {

/// COMPRESS: RFC 4978 section 3. Compression begins behind the answer: imapd/cmd/dispatch.cc.
Task<Result<Reply>> run_compress(Session& session, CompressArgs) {
    if (!session.port().can_compress()) co_return Reply::bad("compression is on already");
    session.layer_wanted = Session::Layer::deflate;
    co_return Reply::ok("DEFLATE active");
}

}  // namespace loam::imap
