#include "imapd/wire/mode.h"

#include <gtest/gtest.h>

namespace loam::imap {
namespace {

struct Row {
    const char* why;
    bool ModeRules::* rule;
    bool r1;
    bool u8;
    bool r2;
};
constexpr Row kRows[] = {
    {"modified UTF-7 only in R1", &ModeRules::utf8_names, false, true, true},
    {"a server must not send 8-bit in quotes before ENABLE", &ModeRules::utf8_quoted, false, true,
     true},
    {"words in UTF-8 came with rev2", &ModeRules::utf8_text, false, false, true},
    {"rev2 demands LIST on SELECT", &ModeRules::list_on_select, false, false, true},
    {"rev2 dropped RECENT", &ModeRules::recent, true, true, false},
    {"CLOSED serves QRESYNC clients too", &ModeRules::closed_code, true, true, true},
    {"rev2 has no SEARCH response", &ModeRules::esearch_always, false, false, true},
    {"RFC 6855 forbids CHARSET", &ModeRules::search_charset, true, false, true},
    {"NEW, OLD, RECENT are gone in rev2", &ModeRules::obsolete_keys, true, true, false},
    {"LSUB and CHECK are gone in rev2", &ModeRules::obsolete_commands, true, true, false},
    {"RFC822 is deprecated, not removed", &ModeRules::rfc822_items, true, true, true},
    {"UID rides in every unsolicited FETCH", &ModeRules::fetch_uid_always, true, true, true},
    {"OLDNAME is rev2's", &ModeRules::list_oldname, false, false, true},
    {"8-bit headers need ENABLE", &ModeRules::append_utf8_header, false, true, true},
    {"message/global is nested once UTF-8 is on", &ModeRules::message_global_nested, false, true,
     true},
    {"RFC 3516 lets BINARY name any section", &ModeRules::binary_leaf_only, false, false, true},
};

TEST(Mode, Switchboard) {
    for (const Row& row : kRows) {
        EXPECT_EQ(rules_of(Mode::r1).*row.rule, row.r1) << row.why;
        EXPECT_EQ(rules_of(Mode::u8).*row.rule, row.u8) << row.why;
        EXPECT_EQ(rules_of(Mode::r2).*row.rule, row.r2) << row.why;
    }
}

}  // namespace
}  // namespace loam::imap
