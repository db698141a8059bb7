// What an LMTP client says: RFC 5321 section 4.1, RFC 1870, RFC 6152, RFC 6531.
#include "imapd/lmtp/command.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace loam::lmtp {
namespace {

std::string refusal(const Error& error) {
    return error.code == Errc::unsupported ? "unsupported" : "invalid";
}

struct VerbCase {
    const char* why;
    std::string_view line;
    Verb verb;
    std::string_view arguments;
};

constexpr VerbCase kVerbs[] = {
    {"plain", "LHLO client.example", Verb::lhlo, "client.example"},
    {"verbs have no case", "mAiL FROM:<a@b>", Verb::mail, "FROM:<a@b>"},
    {"spaces around arguments go", "RCPT   TO:<a@b>  ", Verb::rcpt, "TO:<a@b>"},
    {"no arguments", "DATA", Verb::data, ""},
    {"a trailing space is no argument", "RSET ", Verb::rset, ""},
    {"arguments of NOOP are passed on", "NOOP x y", Verb::noop, "x y"},
    {"quit", "quit", Verb::quit, ""},
    {"vrfy", "VRFY kim", Verb::vrfy, "kim"},
    {"help", "HELP", Verb::help, ""},
    {"EHLO is of SMTP: RFC 2033 section 4.1", "EHLO x", Verb::unknown, "x"},
    {"so is HELO", "HELO x", Verb::unknown, "x"},
    {"an empty line is no command", "", Verb::unknown, ""},
    {"a longer word is another word", "DATAX", Verb::unknown, ""},
    {"a shorter one too", "DAT", Verb::unknown, ""},
    {"a tab does not end a verb", "RCPT\tTO:<a@b>", Verb::unknown, ""},
    {"binary rubbish", "\x01\xFF", Verb::unknown, ""},
};

TEST(LmtpCommand, Verbs) {
    for (const VerbCase& c : kVerbs) {
        std::string_view arguments = "untouched";
        EXPECT_EQ(parse_verb(c.line, arguments), c.verb) << c.why;
        EXPECT_EQ(arguments, c.arguments) << c.why;
    }
}

struct Case {
    const char* why;
    std::string_view text;
    std::string_view want;  // local|domain|text, for MAIL also size and utf8; or the refusal
};

constexpr Case kMail[] = {
    {"plain", "FROM:<ann@b.example>", "ann|b.example|ann@b.example|0|"},
    {"the null path", "FROM:<>", "|||0|"},
    {"a space before the path is common", "from: <a@b>", "a|b|a@b|0|"},
    {"no domain", "FROM:<ann>", "ann||ann|0|"},
    {"a source route is dropped", "FROM:<@x,@y:a@b>", "a|b|a@b|0|"},
    {"a quoted local part", "FROM:<\"a b\"@c>", "a b|c|\"a b\"@c|0|"},
    {"quoted pairs", "FROM:<\"a\\\"\\\\\"@c>", "a\"\\|c|\"a\\\"\\\\\"@c|0|"},
    {"a quoted at and bracket", "FROM:<\"a@>b\"@c>", "a@>b|c|\"a@>b\"@c|0|"},
    {"an address literal", "FROM:<a@[IPv6:::1]>", "a|[IPv6:::1]|a@[IPv6:::1]|0|"},
    {"a size", "FROM:<a@b> SIZE=12345", "a|b|a@b|12345|"},
    {"parameters have no case", "FROM:<a@b> size=1 body=8bitmime", "a|b|a@b|1|"},
    {"7bit", "FROM:<a@b> BODY=7BIT", "a|b|a@b|0|"},
    {"utf8", "FROM:<gr\xC3\xBCn@b> SMTPUTF8", "gr\xC3\xBCn|b|gr\xC3\xBCn@b|0|utf8"},
    {"spaces between parameters", "FROM:<a@b>  SIZE=1   SMTPUTF8", "a|b|a@b|1|utf8"},
    {"no UTF-8", "FROM:<gr\xFC@b> SMTPUTF8", "invalid"},
    {"no UTF-8 in quotes", "FROM:<\"\xC3\"@b> SMTPUTF8", "invalid"},
    {"no FROM", "<a@b>", "invalid"},
    {"TO is for RCPT", "TO:<a@b>", "invalid"},
    {"nothing", "", "invalid"},
    {"no brackets", "FROM:a@b", "invalid"},
    {"not closed", "FROM:<a@b", "invalid"},
    {"only an opening bracket", "FROM:<", "invalid"},
    {"no local part", "FROM:<@b>", "invalid"},
    {"no domain behind the at", "FROM:<a@>", "invalid"},
    {"two ats", "FROM:<a@b@c>", "invalid"},
    {"a space within", "FROM:<a b@c>", "invalid"},
    {"a control character", "FROM:<a\x01@c>", "invalid"},
    {"a control character in quotes", "FROM:<\"a\x01\"@c>", "invalid"},
    {"quotes that stay open", "FROM:<\"a@c>", "invalid"},
    {"a backslash at the end", "FROM:<\"a\\", "invalid"},
    {"text behind the quotes", "FROM:<\"a\"b@c>", "invalid"},
    {"a bracket within", "FROM:<a<b@c>", "invalid"},
    {"no space before a parameter", "FROM:<a@b>SIZE=1", "invalid"},
    {"a size without digits", "FROM:<a@b> SIZE=", "invalid"},
    {"a size with more", "FROM:<a@b> SIZE=1k", "invalid"},
    {"a negative size", "FROM:<a@b> SIZE=-1", "invalid"},
    {"a size above 64 bits", "FROM:<a@b> SIZE=18446744073709551616", "invalid"},
    {"BINARYMIME is not announced", "FROM:<a@b> BODY=BINARYMIME", "unsupported"},
    {"nor is AUTH", "FROM:<a@b> AUTH=<>", "unsupported"},
    {"SMTPUTF8 takes no value", "FROM:<a@b> SMTPUTF8=1", "unsupported"},
};

TEST(LmtpCommand, Mail) {
    for (const Case& c : kMail) {
        const auto mail = parse_mail(c.text);
        const std::string got = mail ? mail->sender.local + "|" + mail->sender.domain + "|" +
                                           mail->sender.text + "|" + std::to_string(mail->size) +
                                           "|" + (mail->smtputf8 ? "utf8" : "")
                                     : refusal(mail.error());
        EXPECT_EQ(got, c.want) << c.why;
    }
}

constexpr Case kRcpt[] = {
    {"plain", "TO:<kim@b.example>", "kim|b.example|kim@b.example"},
    {"no domain", "to:<kim>", "kim||kim"},
    {"a detail", "TO:<kim+list@b>", "kim+list|b|kim+list@b"},
    {"a source route is dropped", "TO: <@x:kim@b>", "kim|b|kim@b"},
    {"quotes", "TO:<\"kim\"@b>", "kim|b|\"kim\"@b"},
    {"the null path takes no mail", "TO:<>", "invalid"},
    {"nor does an empty quoted one", "TO:<\"\"@b>", "invalid"},
    {"FROM is for MAIL", "FROM:<kim@b>", "invalid"},
    {"no brackets", "TO:kim@b", "invalid"},
    {"not closed", "TO:<kim@b", "invalid"},
    {"two addresses", "TO:<kim@b>,<lee@b>", "unsupported"},
    {"NOTIFY is not announced", "TO:<kim@b> NOTIFY=NEVER", "unsupported"},
};

TEST(LmtpCommand, Rcpt) {
    for (const Case& c : kRcpt) {
        const auto path = parse_rcpt(c.text);
        const std::string got =
            path ? path->local + "|" + path->domain + "|" + path->text : refusal(path.error());
        EXPECT_EQ(got, c.want) << c.why;
    }
}

TEST(LmtpCommand, PathsHaveALimit) {
    const std::string fits(kPathBytesMax - 2, 'a');
    EXPECT_TRUE(parse_rcpt("TO:<" + fits + "@b>"));
    EXPECT_FALSE(parse_rcpt("TO:<" + fits + "a@b>"));
    EXPECT_FALSE(parse_mail("FROM:<" + fits + "a@b>"));
}

}  // namespace
}  // namespace loam::lmtp
