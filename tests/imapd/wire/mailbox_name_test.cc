#include "imapd/wire/mailbox_name.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/base/limits.h"

namespace loam::imap {
namespace {

struct Case {
    const char* why;
    std::string octets;
    std::string want;  // the canonical name, or the code of the refusal in brackets
};

std::string read(const std::string& octets, Mode mode) {
    const auto arg = mailbox_from_wire(octets, mode);
    return arg ? arg->name : "[" + std::string(to_string(arg.error().code)) + "]";
}

const Case kR1[] = {
    {"plain", "Work", "Work"},
    {"modified UTF-7", "Entw&APw-rfe", "Entw\u00FCrfe"},
    {"ampersand", "R&-D", "R&D"},
    {"decomposed converges", "A&Awo-", "\u00C5"},
    {"so does the Angstrom sign", "&ISs-", "\u00C5"},
    {"and the Ohm sign", "&ISY-", "\u03A9"},
    {"8-bit is UTF-8, without decoding", "Entw\xC3\xBCrfe", "Entw\u00FCrfe"},
    {"and then & is a character", "\xC3\xBC&APw-", "\u00FC&APw-"},
    {"a bare & can never be a mailbox", "R&D", "[unsupported]"},
    {"a shifted separator", "a&AC8-b", "[unsupported]"},
    {"a shifted control", "a&AAE-b", "[unsupported]"},
    {"a shifted C1 control", "a&AIU-b", "[unsupported]"},
    {"a line separator", "a&ICg-b", "[unsupported]"},
    {"8-bit that is no UTF-8", "caf\xE9", "[invalid]"},
    {"empty", "", "[unsupported]"},
};

const Case kR2[] = {
    {"UTF-8", "Entw\u00FCrfe", "Entw\u00FCrfe"},
    {"what looks like modified UTF-7 is a plain name", "Entw&APw-rfe", "Entw&APw-rfe"},
    {"a bare & is a character", "R&D", "R&D"},
    {"NFC", "A\u030Aland", "\u00C5land"},
    {"Hangul composes", "\u1100\u1161", "\uAC00"},
    {"NFC is not NFKC", "\uFB01", "\uFB01"},
    {"INBOX in any case", "iNbOx", "INBOX"},
    {"also as the first component", "inbox/Sub", "INBOX/Sub"},
    {"but not further down", "a/inbox", "a/inbox"},
    {"nor as a part of a name", "inboxes", "inboxes"},
    {"dotless i is another letter", "\u0131nbox", "\u0131nbox"},
    {"so are full-width letters", "\uFF29NBOX", "\uFF29NBOX"},
    {"a trailing separator is for CREATE to judge", "a/", "a/"},
    {"wildcards are legal", "a*%b", "a*%b"},
    {"quotes and backslashes too", "a\"\\b", "a\"\\b"},
    {"a BOM within", "a\uFEFFb", "a\uFEFFb"},
    {"a BOM in front", "\uFEFFa", "[unsupported]"},
    {"a tab", "a\tb", "[unsupported]"},
    {"a line feed", "a\nb", "[unsupported]"},
    {"DEL", "a\x7F", "[unsupported]"},
    {"a C1 control", "a\u0085", "[unsupported]"},
    {"a paragraph separator", "a\u2029", "[unsupported]"},
    {"NUL", std::string("a\0b", 3), "[unsupported]"},
    {"a surrogate in UTF-8", "\xED\xA0\x80", "[invalid]"},
    {"overlong slash", "a\xC0\xAF", "[invalid]"},
    {"cut short", "a\xC3", "[invalid]"},
};

TEST(MailboxName, FromAnR1Session) {
    for (const Case& c : kR1)
        EXPECT_EQ(read(c.octets, Mode::r1), c.want) << c.why;
}

TEST(MailboxName, FromAUtf8Session) {
    for (const Case& c : kR2) {
        EXPECT_EQ(read(c.octets, Mode::r2), c.want) << c.why;
        EXPECT_EQ(read(c.octets, Mode::u8), c.want) << c.why;
    }
}

TEST(MailboxName, TheSpellingGivenIsKeptWhereNormalisationChangedIt) {
    const auto changed = mailbox_from_wire("A\u030Aland", Mode::r2);
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->given, "A\u030Aland");
    const auto same = mailbox_from_wire("\u00C5land", Mode::r2);
    ASSERT_TRUE(same);
    EXPECT_EQ(same->given, "");
    const auto inbox = mailbox_from_wire("inbox", Mode::r2);
    ASSERT_TRUE(inbox);
    EXPECT_EQ(inbox->given, "") << "case of INBOX is no difference worth an OLDNAME";
}

TEST(MailboxName, TooLongIsALimit) {
    EXPECT_EQ(read(std::string(kMailboxNameBytesMax, 'a'), Mode::r2).size(), kMailboxNameBytesMax);
    EXPECT_EQ(read(std::string(kMailboxNameBytesMax + 1, 'a'), Mode::r2), "[limit]");
    EXPECT_EQ(read(std::string(100 * kMailboxNameBytesMax, 'a'), Mode::r2), "[limit]");
}

TEST(MailboxName, ToEachSession) {
    EXPECT_EQ(mailbox_to_wire("Entw\u00FCrfe", Mode::r1), "Entw&APw-rfe");
    EXPECT_EQ(mailbox_to_wire("Entw&APw-rfe", Mode::r1), "Entw&-APw-rfe");
    EXPECT_EQ(mailbox_to_wire("Entw\u00FCrfe", Mode::u8), "Entw\u00FCrfe");
    EXPECT_EQ(mailbox_to_wire("R&D", Mode::r2), "R&D");
}

// Whatever one session is told about a mailbox opens it again.
TEST(MailboxName, WhatWeSendWeUnderstand) {
    for (const Case& c : kR2) {
        const auto arg = mailbox_from_wire(c.octets, Mode::r2);
        if (!arg) continue;
        for (const Mode mode : {Mode::r1, Mode::u8, Mode::r2}) {
            const auto again = mailbox_from_wire(mailbox_to_wire(arg->name, mode), mode);
            ASSERT_TRUE(again) << c.why;
            EXPECT_EQ(again->name, arg->name) << c.why << ' ' << to_string(mode);
        }
    }
}

}  // namespace
}  // namespace loam::imap
