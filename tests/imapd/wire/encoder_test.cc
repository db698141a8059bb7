#include "imapd/wire/encoder.h"

#include <string>

#include <gtest/gtest.h>

#include "imapd/wire/lexer.h"
#include "imapd/wire/mailbox_name.h"
#include "imapd/wire/resp_code.h"
#include "tests/imapd/wire/command_of.h"

namespace loam::imap {
namespace {

using namespace std::string_literals;

template <typename Write>
std::string written(Mode mode, Write write) {
    std::string out;
    ResponseWriter writer(out, mode);
    write(writer);
    return out;
}

struct StringCase {
    const char* why;
    Mode mode;
    std::string octets;
    std::string want;
};
const StringCase kStrings[] = {
    {"plain", Mode::r1, "a b", "\"a b\""},
    {"empty", Mode::r1, "", "\"\""},
    {"both escapes", Mode::r1, "a\"b\\", "\"a\\\"b\\\\\""},
    {"8-bit before ENABLE is a literal", Mode::r1, "\u00FC", "{2}\r\n\u00FC"},
    {"and quoted after it", Mode::u8, "\u00FC", "\"\u00FC\""},
    {"in rev2, too", Mode::r2, "\u00FC", "\"\u00FC\""},
    {"what is no UTF-8 is a literal everywhere", Mode::r2, "\xFC", "{1}\r\n\xFC"},
    {"a line end is a literal", Mode::r2, "a\r\nb", "{4}\r\na\r\nb"},
    {"NUL fits nowhere and keeps its place", Mode::r1, "a\0b"s,
     "{3}\r\na\x80"
     "b"},
};

TEST(ResponseWriter, Strings) {
    for (const StringCase& c : kStrings)
        EXPECT_EQ(written(c.mode, [&](ResponseWriter& w) { w.string(c.octets); }), c.want) << c.why;
    const std::string longer(kQuotedBytesMax + 1, 'a');
    EXPECT_EQ(written(Mode::r2, [&](ResponseWriter& w) { w.string(longer); }),
              "{4097}\r\n" + longer);
}

TEST(ResponseWriter, AstringAndNstring) {
    const auto astring = [](const char* octets) {
        return written(Mode::r1, [&](ResponseWriter& w) { w.astring(octets); });
    };
    EXPECT_EQ(astring("user.kim"), "user.kim");
    EXPECT_EQ(astring(""), "\"\"");
    EXPECT_EQ(astring("a b"), "\"a b\"");
    EXPECT_EQ(astring("nil"), "\"nil\"") << "bare it would be read as nothing";
    EXPECT_EQ(astring("a%"), "\"a%\"");
    EXPECT_EQ(astring("a]"), "\"a]\"");
    EXPECT_EQ(written(Mode::r1, [](ResponseWriter& w) { w.nstring(std::nullopt); }), "NIL");
    EXPECT_EQ(written(Mode::r1, [](ResponseWriter& w) { w.nstring("NIL"); }), "\"NIL\"");
}

TEST(ResponseWriter, MailboxNamesByMode) {
    const auto name = [](Mode mode, const char* canonical) {
        return written(mode, [&](ResponseWriter& w) { w.mailbox(canonical); });
    };
    EXPECT_EQ(name(Mode::r1, "INBOX"), "INBOX");
    EXPECT_EQ(name(Mode::r1, "Entw\u00FCrfe"), "\"Entw&APw-rfe\"");
    EXPECT_EQ(name(Mode::r1, "R&D"), "\"R&-D\"");
    EXPECT_EQ(name(Mode::u8, "Entw\u00FCrfe"), "\"Entw\u00FCrfe\"");
    EXPECT_EQ(name(Mode::r2, "R&D"), "\"R&D\"");
    EXPECT_EQ(name(Mode::r2, "NIL"), "\"NIL\"");
    EXPECT_EQ(name(Mode::r2, "a\"b\\c"), "\"a\\\"b\\\\c\"");
}

TEST(ResponseWriter, Conditions) {
    const auto line = [](Mode mode, std::string_view code, std::string_view text) {
        return written(mode, [&](ResponseWriter& w) { w.tagged("a1", Condition::no, code, text); });
    };
    EXPECT_EQ(line(Mode::r1, "", "no"), "a1 NO no\r\n");
    EXPECT_EQ(line(Mode::r1, "TRYCREATE", "make it"), "a1 NO [TRYCREATE] make it\r\n");
    EXPECT_EQ(line(Mode::r1, "TRYCREATE", ""), "a1 NO [TRYCREATE] done\r\n")
        << "clients stumble over a code without words";
    EXPECT_EQ(line(Mode::r1, "", "[x] y"), "a1 NO - [x] y\r\n")
        << "words must not look like a code";
    EXPECT_EQ(line(Mode::r1, "", "a\r\n* BYE b"), "a1 NO a  * BYE b\r\n");
    EXPECT_EQ(line(Mode::u8, "", "\u00FC"), "a1 NO ??\r\n");
    EXPECT_EQ(line(Mode::r2, "", "\u00FC"), "a1 NO \u00FC\r\n");
    EXPECT_EQ(line(Mode::r2, "", "\xFC"), "a1 NO ?\r\n");
    const auto other = written(Mode::r1, [](ResponseWriter& w) {
        w.untagged(Condition::bye, "", "see you");
        w.untagged(Condition::preauth, "", "hello");
        w.continuation("");
        w.untagged_line("3 EXISTS");
    });
    EXPECT_EQ(other, "* BYE see you\r\n* PREAUTH hello\r\n+ go on\r\n* 3 EXISTS\r\n");
}

TEST(ResponseWriter, AFetchLine) {
    FlagNames flags{.system = flag_seen, .keywords = {"$Junk"}};
    const auto line = written(Mode::r1, [&](ResponseWriter& w) {
        w.begin(12).raw("FETCH").sp().open().raw("FLAGS").sp().flags(flags, true).sp();
        w.raw("UID").sp().number(4'294'967'295).sp().raw("INTERNALDATE").sp();
        w.date_time(DateTime{0, 60}).sp().raw("BODY[]").sp().literal_header(3);
        w.raw("abc").sp().raw("BINARY[1]").sp().literal8_header(1).raw("x").close().end();
    });
    EXPECT_EQ(line,
              "* 12 FETCH (FLAGS (\\Seen \\Recent $Junk) UID 4294967295 "
              "INTERNALDATE \" 1-Jan-1970 01:00:00 +0100\" BODY[] {3}\r\nabc "
              "BINARY[1] ~{1}\r\nx)\r\n");
}

TEST(ResponseWriter, Codes) {
    const NumSet one = *parse_uid_set("7");
    EXPECT_EQ(code_appenduid(9, one), "APPENDUID 9 7");
    EXPECT_EQ(code_copyuid(9, *parse_uid_set("4,6:7"), *parse_uid_set("1:3")),
              "COPYUID 9 4,6:7 1:3");
    EXPECT_EQ(code_modified(one), "MODIFIED 7");
    EXPECT_EQ(code_permanentflags({}, true), "PERMANENTFLAGS (\\*)");
    EXPECT_EQ(code_permanentflags({}, false), "PERMANENTFLAGS ()");
    EXPECT_EQ(code_permanentflags({.system = flag_seen}, true), "PERMANENTFLAGS (\\Seen \\*)");
    EXPECT_EQ(code_badcharset(), "BADCHARSET (US-ASCII UTF-8)");
    EXPECT_EQ(code_uidvalidity(1), "UIDVALIDITY 1");
    EXPECT_EQ(code_uidnext(2), "UIDNEXT 2");
    EXPECT_EQ(code_unseen(3), "UNSEEN 3");
    EXPECT_EQ(code_highestmodseq(9'223'372'036'854'775'807), "HIGHESTMODSEQ 9223372036854775807");
    EXPECT_EQ(code_capability("IMAP4rev1 IDLE"), "CAPABILITY IMAP4rev1 IDLE");
}

// Every string we write, our own lexer reads as the same string.
TEST(ResponseWriter, WhatWeWriteWeReadBack) {
    for (const Mode mode : {Mode::r1, Mode::u8, Mode::r2}) {
        for (const std::string octets : {"", "a", "a b", "NIL", "a\"b\\c", "\u00FC", "\xFC\xFF",
                                         "a\r\nb", "a]", "{3}", "(a)"}) {
            const std::string wire = written(mode, [&](ResponseWriter& w) { w.astring(octets); });
            const auto text = command_of(wire);
            ASSERT_TRUE(text) << wire;
            Lexer lexer(*text);
            EXPECT_EQ(lexer.astring().value_or("refused"), octets) << wire;
        }
    }
}

}  // namespace
}  // namespace loam::imap
