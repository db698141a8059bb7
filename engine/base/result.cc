#include "engine/base/result.h"

namespace loam {

std::string_view to_string(Errc code) {
    switch (code) {
        case Errc::invalid:
            return "invalid";
        case Errc::not_found:
            return "not_found";
        case Errc::exists:
            return "exists";
        case Errc::has_children:
            return "has_children";
        case Errc::read_only:
            return "read_only";
        case Errc::over_quota:
            return "over_quota";
        case Errc::too_big:
            return "too_big";
        case Errc::limit:
            return "limit";
        case Errc::busy:
            return "busy";
        case Errc::no_room:
            return "no_room";
        case Errc::auth_failed:
            return "auth_failed";
        case Errc::expunged:
            return "expunged";
        case Errc::unknown_cte:
            return "unknown_cte";
        case Errc::bad_charset:
            return "bad_charset";
        case Errc::corrupt:
            return "corrupt";
        case Errc::unsupported:
            return "unsupported";
        case Errc::io:
            return "io";
        case Errc::closed:
            return "closed";
        case Errc::timeout:
            return "timeout";
    }
    return "unknown";
}

}  // namespace loam
