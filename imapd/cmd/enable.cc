#include <utility>

#include "imapd/cmd/runners.h"

namespace loam::imap {

/// ENABLE: RFC 9051 sections 6.3.1 and 7.2.1, RFC 5161 sections 3.1 and 3.2. ENABLED is always sent
/// and names what is new. QRESYNC brings CONDSTORE, in whatever order they are named: RFC 7162
/// section 3.2.3. UIDONLY: RFC 9586 section 3.1.
Task<Result<Reply>> run_enable(Session& session, EnableArgs args) {
    std::string enabled = "ENABLED";
    bool condstore_is_new = !session.aware().condstore;
    for (const std::string& name : args.capabilities) {
        if (name == "IMAP4REV2" && session.enable_rev2()) enabled += " IMAP4rev2";
        if (name == "UTF8=ACCEPT" && session.enable_utf8()) enabled += " UTF8=ACCEPT";
        if (name == "QRESYNC" && session.enable_qresync()) enabled += " QRESYNC";
        if (name == "UIDONLY" && session.enable_uid_only()) enabled += " UIDONLY";
        if (name == "CONDSTORE" && std::exchange(condstore_is_new, false)) {
            session.enable_condstore();
            enabled += " CONDSTORE";
        }
    }
    session.writer().untagged_line(enabled);
    co_return Reply::ok("done");
}

}  // namespace loam::imap
