#include "imapd/syntax/cancel_update.h"

#include <utility>

namespace loam::imap {

Result<CancelUpdateArgs> parse_cancelupdate(Lexer& lexer, const ParseContext& /*context*/) {
    CancelUpdateArgs args;
    do {
        if (args.tags.size() == kCancelTagsMax)
            return fail(Errc::limit, "CANCELUPDATE: too many tags");
        LOAM_TRY_STATUS(lexer.sp());
        LOAM_TRY(std::string tag, lexer.quoted());
        args.tags.push_back(std::move(tag));
    } while (!lexer.at_end());
    return args;
}

}  // namespace loam::imap
