#include "imapd/syntax/enable.h"

#include "imapd/wire/chars.h"

namespace loam::imap {

Result<EnableArgs> parse_enable(Lexer& lexer, const ParseContext& /*context*/) {
    EnableArgs args;
    LOAM_TRY_STATUS(lexer.sp());
    do {
        if (args.capabilities.size() == kEnableNamesMax)
            return fail(Errc::limit, "ENABLE: too many names");
        LOAM_TRY(const std::string_view name, lexer.atom());
        args.capabilities.push_back(ascii_upper(name));
    } while (lexer.accept(' '));
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
