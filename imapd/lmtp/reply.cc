#include "imapd/lmtp/reply.h"

namespace loam::lmtp {

std::string delivery_reply(const Error& error) {
    switch (error.code) {
        case Errc::not_found:
            return "550 5.1.1 no such user here";
        case Errc::over_quota:
            return "452 4.2.2 the mailbox is full";
        case Errc::too_big:
            return "552 5.3.4 the message is larger than this server takes";
        case Errc::no_room:
            return "452 4.3.1 no room on the disk";
        case Errc::limit:
            return "452 4.3.1 a limit of the mailbox is reached";
        case Errc::invalid:
        case Errc::unsupported:
            return "554 5.6.0 the message cannot be stored";
        default:
            return "451 4.3.0 try again later";
    }
}

}  // namespace loam::lmtp
