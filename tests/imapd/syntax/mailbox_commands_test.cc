#include <gtest/gtest.h>

#include "imapd/syntax/copy.h"
#include "imapd/syntax/create.h"
#include "imapd/syntax/delete.h"
#include "imapd/syntax/expunge.h"
#include "imapd/syntax/rename.h"
#include "imapd/syntax/status.h"
#include "imapd/syntax/subscribe.h"
#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

TEST(Delete, Arguments) {
    constexpr Case kCases[] = {
        {"bare", " Work", "Work"},
        {"quoted", " \"A b\"", "A b"},
        {"a literal", " {4}\r\nWork", "Work"},
        {"INBOX in any case, in a literal too", " {5}\r\niNbox", "INBOX"},
        {"decoded", " Entw&APw-rfe", "Entw\u00FCrfe"},
        {"8-bit in quotes is taken as UTF-8", " \"R&D \u00FC\"", "R&D \u00FC"},
        {"a name that cannot be", " R&D", "[unsupported]"},
        {"an empty name", " \"\"", "[unsupported]"},
        {"8-bit that is no UTF-8", " {1}\r\n\xE9", "[invalid]"},
        {"a wildcard must be quoted", " a%", "[invalid]"},
        {"nothing", "", "[invalid]"},
        {"two names", " a b", "[invalid]"},
    };
    for (const Case& c : kCases) {
        const auto name = [](const auto& args) { return args.mailbox.name; };
        EXPECT_EQ(parsed(c.arguments, kR1, parse_delete, name), c.want) << c.why;
        EXPECT_EQ(parsed(c.arguments, kR1, parse_subscribe, name), c.want) << c.why;
    }
}

TEST(Delete, TheModeDecidesHowANameIsRead) {
    const auto name = [](const DeleteArgs& args) { return args.mailbox.name; };
    EXPECT_EQ(parsed(" R&-D", kR1, parse_delete, name), "R&D");
    EXPECT_EQ(parsed(" R&-D", kU8, parse_delete, name), "R&-D");
    EXPECT_EQ(parsed(" R&-D", kR2, parse_delete, name), "R&-D");
}

TEST(Rename, Arguments) {
    constexpr Case kCases[] = {
        {"two names", " a b", "a>b"},
        {"both are decoded", " &APw- &APY-", "\u00FC>\u00F6"},
        {"both are checked", " a R&D", "[unsupported]"},
        {"one name", " a", "[invalid]"},
        {"three names", " a b c", "[invalid]"},
    };
    const auto show = [](const RenameArgs& args) { return args.from.name + ">" + args.to.name; };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_rename, show), c.want) << c.why;
}

TEST(Create, Arguments) {
    constexpr Case kCases[] = {
        {"a name", " a", "a 0"},
        {"a trailing separator stays", " a/", "a/ 0"},
        {"a use", " a (USE (\\Sent))", "a 32"},
        {"several, in any case", " a (use (\\dRAFTS \\Trash))", "a 68"},
        {"none", " a (USE ())", "a 0"},
        {"one we do not know is told apart", " a (USE (\\Snoozed))", "a 0 unknown"},
        {"a use without backslash", " a (USE (Sent))", "[invalid]"},
        {"another parameter", " a (FOO (x))", "[invalid]"},
        {"no parameters in the list", " a ()", "[invalid]"},
        {"USE without a list", " a (USE \\Sent)", "[invalid]"},
        {"not closed", " a (USE (\\Sent)", "[invalid]"},
        {"a space at the end", " a ", "[invalid]"},
        {"no name", "", "[invalid]"},
    };
    const auto show = [](const CreateArgs& args) {
        return args.mailbox.name + " " + std::to_string(args.uses) +
               (args.unknown_use ? " unknown" : "");
    };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_create, show), c.want) << c.why;
    EXPECT_EQ(to_string(SpecialUse::drafts), "\\Drafts");
}

TEST(Create, KeepsTheSpellingThatWasNormalised) {
    const auto given = [](const CreateArgs& args) { return args.mailbox.given; };
    EXPECT_EQ(parsed(" \"A\u030Aland\"", kR2, parse_create, given), "A\u030Aland");
    EXPECT_EQ(parsed(" \"\u00C5land\"", kR2, parse_create, given), "");
}

TEST(Copy, Arguments) {
    constexpr Case kCases[] = {
        {"a set and a name", " 1:3 Work", "1:3 Work"},
        {"the last search", " $ Work", "$ Work"},
        {"decoded", " 1 &APw-", "1 \u00FC"},
        {"no name", " 1:3", "[invalid]"},
        {"no set", " Work", "[invalid]"},
        {"zero", " 0 Work", "[invalid]"},
        {"a name that cannot be", " 1 R&D", "[unsupported]"},
    };
    const auto show = [](const CopyArgs& args) {
        return to_string(args.set) + " " + args.mailbox.name;
    };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_copy, show), c.want) << c.why;
    const auto by_uid = [](const CopyArgs& args) { return std::string(args.by_uid ? "uid" : ""); };
    EXPECT_EQ(parsed(" 1 a", kByUid, parse_copy, by_uid), "uid");
}

TEST(Expunge, UidFormHasASet) {
    const auto show = [](const ExpungeArgs& args) {
        return args.uids ? to_string(*args.uids) : "all";
    };
    EXPECT_EQ(parsed("", kR1, parse_expunge, show), "all");
    EXPECT_EQ(parsed(" 1:2", kR1, parse_expunge, show), "[invalid]");
    EXPECT_EQ(parsed(" 40:*", kByUid, parse_expunge, show), "40:*");
    EXPECT_EQ(parsed(" $", kByUid, parse_expunge, show), "$");
    EXPECT_EQ(parsed("", kByUid, parse_expunge, show), "[invalid]");
    EXPECT_EQ(parsed(" x", kByUid, parse_expunge, show), "[invalid]");
}

std::string show_status(const StatusArgs& args) {
    std::string out = args.mailbox.name;
    for (const StatusItem item : kStatusItems)
        if (args.items.has(item)) out += " " + std::string(to_string(item));
    return out;
}

TEST(Status, Arguments) {
    constexpr Case kCases[] = {
        {"one item", " INBOX (MESSAGES)", "INBOX MESSAGES"},
        {"in our order, each once", " a (uidnext MESSAGES UIDNEXT)", "a MESSAGES UIDNEXT"},
        {"all of them",
         " a (MAILBOXID APPENDLIMIT HIGHESTMODSEQ DELETED-STORAGE SIZE DELETED UNSEEN UIDVALIDITY "
         "UIDNEXT "
         "RECENT MESSAGES)",
         "a MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE DELETED-STORAGE HIGHESTMODSEQ "
         "APPENDLIMIT MAILBOXID"},
        {"a word that only begins like one", " a (DELETED-STORAGES)", "[invalid]"},
        {"unknown", " a (FOO)", "[invalid]"},
        {"none", " a ()", "[invalid]"},
        {"no list", " a MESSAGES", "[invalid]"},
        {"not closed", " a (MESSAGES", "[invalid]"},
        {"two spaces", " a (MESSAGES  SIZE)", "[invalid]"},
        {"no items at all", " a", "[invalid]"},
    };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_status, show_status), c.want) << c.why;
    EXPECT_EQ(parsed(" a (RECENT)", kU8, parse_status, show_status), "a RECENT");
    EXPECT_EQ(parsed(" a (RECENT)", kR2, parse_status, show_status), "[invalid]") << "gone in rev2";
}

}  // namespace
}  // namespace loam::imap
