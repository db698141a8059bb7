// ENVELOPE: RFC 9051 section 7.5.2, and strings: section 4.3.
#include "engine/mail/render.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/engine/mail/imap_value.h"

namespace loam::mail {
namespace {

std::string rendered(std::string_view text) {
    std::string out;
    append_string(out, text);
    return out;
}

TEST(Render, Strings) {
    EXPECT_EQ(rendered(""), "\"\"");
    EXPECT_EQ(rendered("a b"), "\"a b\"");
    EXPECT_EQ(rendered(R"(a"b\c)"), R"("a\"b\\c")");
    EXPECT_EQ(rendered("a\tb"), "\"a\tb\"");
    EXPECT_EQ(rendered("a\r\nb"), "{4}\r\na\r\nb");
    EXPECT_EQ(rendered("ü"), "{2}\r\nü") << "right before UTF-8 is enabled as well";
    EXPECT_EQ(rendered(std::string_view("a\0b", 3)),
              "{3}\r\na\x80"
              "b");
    const std::string large(2000, 'x');
    EXPECT_EQ(rendered(large), "{2000}\r\n" + large);
}

TEST(Render, CutsHugeStrings) {
    const std::string huge(kRenderedStringBytesMax + 100, 'x');
    EXPECT_EQ(rendered(huge).size(), kRenderedStringBytesMax + std::string("{65536}\r\n").size());
    // Not within a character.
    const std::string umlauts = std::string(kRenderedStringBytesMax - 1, 'x') + "ü";
    EXPECT_TRUE(rendered(umlauts).ends_with("xx"));
    EXPECT_TRUE(rendered(umlauts).starts_with("{65535}"));
}

struct Case {
    const char* why;
    const char* header;
    const char* want;
};

constexpr Case kEnvelopes[] = {
    {"all fields",
     "Message-ID: <m@id>\r\nIn-Reply-To: <r@id>\r\nDate: Thu, 15 Feb 2007 01:02:03 +0200\r\n"
     "Subject: s\r\nFrom: F <f@x>\r\nTo: T <t@x>\r\nCc: C <c@x>\r\nBcc: B <b@x>\r\n"
     "Sender: S <s@x>\r\nReply-To: R <r@x>\r\n\r\n",
     R"(("Thu, 15 Feb 2007 01:02:03 +0200" "s" (("F" NIL "f" "x")) (("S" NIL "s" "x")) )"
     R"((("R" NIL "r" "x")) (("T" NIL "t" "x")) (("C" NIL "c" "x")) (("B" NIL "b" "x")) )"
     R"("<r@id>" "<m@id>"))"},
    {"sender and reply-to are from when absent", "From: f@x\r\n\r\n",
     R"((NIL NIL ((NIL NIL "f" "x")) ((NIL NIL "f" "x")) ((NIL NIL "f" "x")) NIL NIL NIL NIL NIL))"},
    {"or when empty", "From: f@x\r\nSender:\r\nReply-To: \r\n\r\n",
     R"((NIL NIL ((NIL NIL "f" "x")) ((NIL NIL "f" "x")) ((NIL NIL "f" "x")) NIL NIL NIL NIL NIL))"},
    {"present but empty strings are empty", "Subject:\r\nDate: \r\nMessage-ID:\r\n\r\n",
     R"(("" "" NIL NIL NIL NIL NIL NIL NIL ""))"},
    {"nothing at all", "\r\n", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"},
    {"groups", "To: g: a@x;, h:;\r\n\r\n",
     R"((NIL NIL NIL NIL NIL ((NIL NIL "g" NIL)(NIL NIL "a" "x")(NIL NIL NIL NIL))"
     R"((NIL NIL "h" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL))"},
    {"an address without host is no group", "To: root\r\n\r\n",
     R"((NIL NIL NIL NIL NIL ((NIL NIL "root" ".MISSING-HOST-NAME.")) NIL NIL NIL NIL))"},
    {"a route", "To: <@r:a@x>\r\n\r\n",
     R"((NIL NIL NIL NIL NIL ((NIL "@r" "a" "x")) NIL NIL NIL NIL))"},
    {"a folded subject", "Subject: a\r\n b\r\n\r\n",
     R"((NIL "a b" NIL NIL NIL NIL NIL NIL NIL NIL))"},
    {"encoded words stay", "Subject: =?utf-8?q?=C3=BC?=\r\n\r\n",
     R"((NIL "=?utf-8?q?=C3=BC?=" NIL NIL NIL NIL NIL NIL NIL NIL))"},
    {"the first of two subjects", "Subject: a\r\nSubject: b\r\n\r\n",
     R"((NIL "a" NIL NIL NIL NIL NIL NIL NIL NIL))"},
    {"addresses of two fields add up", "To: a@x\r\nTo: b@x\r\n\r\n",
     R"((NIL NIL NIL NIL NIL ((NIL NIL "a" "x")(NIL NIL "b" "x")) NIL NIL NIL NIL))"},
    {"raw UTF-8 is a literal", "Subject: \xC3\xBC\r\n\r\n",
     "(NIL {2}\r\n\xC3\xBC NIL NIL NIL NIL NIL NIL NIL NIL)"},
};

TEST(Render, Envelopes) {
    for (const Case& c : kEnvelopes) {
        const std::string envelope = render_envelope(c.header);
        EXPECT_EQ(envelope, c.want) << c.why;
        const auto value = test::read_imap_value(envelope);
        ASSERT_TRUE(value.has_value()) << c.why;
        EXPECT_EQ(test::envelope_fault(*value), "") << c.why;
    }
}

TEST(Render, BoundsEnvelopes) {
    std::string header;
    for (const char* name : {"From", "Sender", "Reply-To", "To", "Cc", "Bcc"}) {
        header += std::string(name) + ": g:";
        for (int i = 0; i < 9000; ++i)
            header += "\"" + std::string(150, '"') + "\" <a@b>,";
        header += "\r\n";
    }
    const std::string envelope = render_envelope(header);
    EXPECT_LT(envelope.size(), kRenderedEnvelopeBytesMax);
    const auto value = test::read_imap_value(envelope);
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(test::envelope_fault(*value), "") << "a list that is cut closes its group";
}

}  // namespace
}  // namespace loam::mail
