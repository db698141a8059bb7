#include "imapd/cmd/capability.h"

#include "imapd/cmd/runners.h"

namespace loam::imap {
namespace {

// RFC 9051 section 7.2.2, RFC 7162 sections 3.1.1 and 3.2.2, RFC 9208 section 3.1.1, RFC 7889
// section 2, RFC 4469 section 2. Those folded into IMAP4rev2 stay listed by name for IMAP4rev1:
// RFC 9051 appendix E, item 2.
constexpr std::string_view kAfterLogin =
    " ESORT PARTIAL INPROGRESS MULTISEARCH CONTEXT=SEARCH"
    " ENABLE IDLE NAMESPACE UNSELECT UIDPLUS MOVE ESEARCH SEARCHRES"
    " SORT SORT=DISPLAY THREAD=ORDEREDSUBJECT THREAD=REFERENCES WITHIN CHILDREN LIST-EXTENDED"
    " LIST-STATUS SPECIAL-USE CREATE-SPECIAL-USE STATUS=SIZE BINARY MULTIAPPEND UTF8=ACCEPT"
    " CONDSTORE QRESYNC OBJECTID SAVEDATE PREVIEW LANGUAGE REPLACE UIDONLY"
    " CATENATE"
    " QUOTA"
    " QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTA=RES-MAILBOX APPENDLIMIT=";

}  // namespace

std::string capability_names(const Session& session) {
    std::string names = session.config().rev2_only ? "IMAP4rev2" : "IMAP4rev1 IMAP4rev2";
    names += session.config().literal_plus ? " LITERAL+" : " LITERAL-";
    names += " ID SASL-IR";
    if (session.state() == Session::State::not_authenticated) {
        if (session.port().can_start_tls()) names += " STARTTLS";
        const AuthChannel channel = session.auth_channel();
        for (const std::string_view mechanism : Authenticator::mechanisms(channel))
            names += " AUTH=" + std::string(mechanism);
        if (!channel.password_allowed) names += " LOGINDISABLED";
        return names;
    }
    if (session.port().can_compress()) names += " COMPRESS=DEFLATE UNAUTHENTICATE";
    names += kAfterLogin;
    names += std::to_string(session.store().options().message_bytes_max);
    // Strings are compared by i;unicode-casemap: RFC 5255 sections 4.2, 4.3 and 4.6.
    names += " I18NLEVEL=1";
    if (session.administrator()) names += " QUOTASET";
    return names;
}

Task<Result<Reply>> run_capability(Session& session) {
    session.writer().begin().raw("CAPABILITY ").raw(capability_names(session)).end();
    co_return Reply::ok("that is all");
}

}  // namespace loam::imap
