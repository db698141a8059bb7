#include "imapd/syntax/id.h"

namespace loam::imap {
namespace {

// string SP nstring
Status parse_field(Lexer& lexer, IdArgs& args) {
    if (args.fields.size() == kIdFieldsMax) return fail(Errc::limit, "ID: too many fields");
    LOAM_TRY(std::string name, lexer.string());
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(auto value, lexer.nstring());
    if (name.size() > kIdFieldBytesMax || (value && value->size() > kIdValueBytesMax))
        return fail(Errc::limit, "ID: field too long");
    args.fields.emplace_back(std::move(name), std::move(value));
    return Status::good();
}

}  // namespace

Result<IdArgs> parse_id(Lexer& lexer, const ParseContext& /*context*/) {
    IdArgs args;
    LOAM_TRY_STATUS(lexer.sp());
    if (lexer.accept_word("NIL")) {
        LOAM_TRY_STATUS(lexer.expect_end());
        return args;
    }
    LOAM_TRY_STATUS(lexer.expect('('));
    if (!lexer.accept(')')) {
        do {
            LOAM_TRY_STATUS(parse_field(lexer, args));
        } while (lexer.accept(' '));
        LOAM_TRY_STATUS(lexer.expect(')'));
    }
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
