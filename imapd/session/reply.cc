#include "imapd/session/reply.h"

#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

Reply refuse(std::string_view code, const Error& error) {
    return Reply::no(std::string(code), error.what);
}

}  // namespace

Reply reply_for(const Error& error) {
    switch (error.code) {
        case Errc::invalid:
            return Reply::bad(error.what);
        case Errc::unsupported:
            return refuse("CANNOT", error);
        case Errc::not_found:
            return refuse("NONEXISTENT", error);
        case Errc::exists:
            return refuse("ALREADYEXISTS", error);
        case Errc::has_children:
            return refuse("HASCHILDREN", error);
        case Errc::read_only:
            return refuse("NOPERM", error);
        case Errc::over_quota:
            return refuse("OVERQUOTA", error);
        case Errc::too_big:
            return refuse("TOOBIG", error);
        case Errc::limit:
            return refuse("LIMIT", error);
        case Errc::auth_failed:
            return refuse("AUTHENTICATIONFAILED", error);
        case Errc::expunged:
            return refuse("EXPUNGEISSUED", error);
        case Errc::unknown_cte:
            return refuse("UNKNOWN-CTE", error);
        case Errc::bad_charset:
            return refuse(code_badcharset(), error);
        // A person can do nothing with the words of these, and they may name files: the log has
        // them.
        case Errc::busy:
        case Errc::no_room:
        case Errc::closed:
        case Errc::timeout:
            return Reply::no("UNAVAILABLE", "try again later");
        case Errc::corrupt:
            return Reply::no("UNAVAILABLE", "stored data is damaged");
        case Errc::io:
            return Reply::no("UNAVAILABLE", "the server cannot reach its data");
    }
    LOAM_CHECK(false);
}

}  // namespace loam::imap
