#include "imapd/syntax/quota.h"

#include <algorithm>

#include "imapd/syntax/delete.h"
#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

// setquota-resource := resource-name SP resource-limit
Status parse_limit(Lexer& lexer, SetQuotaArgs& args) {
    if (args.limits.size() == kQuotaResourcesMax)
        return fail(Errc::limit, "SETQUOTA: too many resources");
    LOAM_TRY(const std::string_view name, lexer.atom());
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(const std::uint64_t limit, lexer.number64());
    std::string resource = ascii_upper(name);
    if (std::ranges::find(args.limits, resource, &SetQuotaArgs::Limit::resource) !=
        args.limits.end())
        return lexer.fault("the same resource twice");
    args.limits.push_back({.resource = std::move(resource), .limit = limit});
    return Status::good();
}

}  // namespace

Result<GetQuotaArgs> parse_getquota(Lexer& lexer, const ParseContext& /*context*/) {
    GetQuotaArgs args;
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(args.root, lexer.astring());
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

Result<GetQuotaRootArgs> parse_getquotaroot(Lexer& lexer, const ParseContext& context) {
    GetQuotaRootArgs args;
    LOAM_TRY(args.mailbox, parse_mailbox(lexer, context));
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

Result<SetQuotaArgs> parse_setquota(Lexer& lexer, const ParseContext& /*context*/) {
    SetQuotaArgs args;
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(args.root, lexer.astring());
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY_STATUS(lexer.expect('('));
    if (!lexer.accept(')')) {
        do {
            LOAM_TRY_STATUS(parse_limit(lexer, args));
        } while (lexer.accept(' '));
        LOAM_TRY_STATUS(lexer.expect(')'));
    }
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
