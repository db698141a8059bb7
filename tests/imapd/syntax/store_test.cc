#include "imapd/syntax/store.h"

#include <gtest/gtest.h>

#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

std::string show(const StoreArgs& args) {
    constexpr std::string_view kChanges[] = {"=", "+", "-"};
    std::string out = to_string(args.set) + (args.by_uid ? " uid " : " ");
    out += kChanges[static_cast<std::size_t>(args.change)];
    out += to_string(args.flags);
    if (args.silent) out += " silent";
    if (args.unchanged_since) out += " since " + std::to_string(*args.unchanged_since);
    return out;
}

constexpr Case kCases[] = {
    {"replace", " 1 FLAGS (\\Seen)", "1 =(\\Seen)"},
    {"add", " 1:3 +FLAGS (\\Deleted)", "1:3 +(\\Deleted)"},
    {"remove, quietly, in any case", " 1 -flags.silent (\\SEEN)", "1 -(\\Seen) silent"},
    {"bare flags", " 1 +FLAGS \\Seen $Junk", "1 +(\\Seen $Junk)"},
    {"remove all", " 1 FLAGS ()", "1 =()"},
    {"the last search", " $ +FLAGS (\\Seen)", "$ +(\\Seen)"},
    {"conditional", " 1 (UNCHANGEDSINCE 12) +FLAGS (x)", "1 +(x) since 12"},
    {"zero never holds", " 1 (unchangedsince 0) FLAGS.SILENT (x)", "1 =(x) silent since 0"},
    {"no flags", " 1 FLAGS", "[invalid]"},
    {"a space and no flags", " 1 FLAGS ", "[invalid]"},
    {"a space between sign and word", " 1 + FLAGS (x)", "[invalid]"},
    {"two signs", " 1 +-FLAGS (x)", "[invalid]"},
    {"another item", " 1 +LABELS (x)", "[invalid]"},
    {"another suffix", " 1 +FLAGS.QUIET (x)", "[invalid]"},
    {"Recent", " 1 +FLAGS (\\Recent)", "[invalid]"},
    {"an unknown modifier", " 1 (FOO 1) FLAGS (x)", "[invalid]"},
    {"a modifier without a number", " 1 (UNCHANGEDSINCE) FLAGS (x)", "[invalid]"},
    {"two of them", " 1 (UNCHANGEDSINCE 1 UNCHANGEDSINCE 2) FLAGS (x)", "[invalid]"},
    {"an empty list of modifiers", " 1 () FLAGS (x)", "[invalid]"},
    {"the modifier comes first", " 1 FLAGS (x) (UNCHANGEDSINCE 1)", "[invalid]"},
    {"no set", " FLAGS (x)", "[invalid]"},
    {"zero is no message", " 0 FLAGS (x)", "[invalid]"},
};

TEST(Store, Arguments) {
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_store, show), c.want) << c.why;
    EXPECT_EQ(parsed(" 7 +FLAGS (x)", kByUid, parse_store, show), "7 uid +(x)");
}

}  // namespace
}  // namespace loam::imap
