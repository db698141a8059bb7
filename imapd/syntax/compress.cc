#include "imapd/syntax/compress.h"

#include "imapd/wire/chars.h"

namespace loam::imap {

Result<CompressArgs> parse_compress(Lexer& lexer, const ParseContext& /*context*/) {
    LOAM_TRY_STATUS(lexer.sp());
    const Lexer start = lexer;
    LOAM_TRY(const std::string_view algorithm, lexer.atom());
    if (!ascii_iequals(algorithm, "DEFLATE")) return start.expected("DEFLATE");
    LOAM_TRY_STATUS(lexer.expect_end());
    return CompressArgs{};
}

}  // namespace loam::imap
