// SORT and THREAD keys: RFC 5256 sections 2.1, 2.2 and 3, RFC 5957.
#include "engine/mail/digest.h"

#include <string>

#include <gtest/gtest.h>

namespace loam::mail {
namespace {

struct Case {
    const char* why;
    const char* subject;
    const char* want;
    bool refwd;
};

constexpr Case kSubjects[] = {
    {"plain", "hello", "hello", false},
    {"several spaces and tabs are one space", "a \t  b", "a b", false},
    {"spaces at both ends", "  a ", "a", false},
    {"Re:", "Re: a", "a", true},
    {"any case, white space before the colon", "rE : a", "a", true},
    {"Fw: and Fwd:", "Fw: Fwd: a", "a", true},
    {"several", "Re: Re: re: a", "a", true},
    {"a blob in the prefix", "Re[2]: a", "a", true},
    {"a blob before the prefix", "[list] Re: a", "a", true},
    {"blobs go", "[list] a", "a", false},
    {"a blob that is all there is stays", "[list]", "[list]", false},
    {"a blob behind Re: that is all there is", "Re: [list]", "[list]", true},
    {"two blobs", "[a] [b] c", "c", false},
    {"two blobs and no more", "[a] [b]", "[b]", false},
    {"(fwd)", "a (fwd)", "a", true},
    {"(fwd) twice", "a (fwd) (FWD)", "a", true},
    {"[fwd: ]", "[Fwd: a]", "a", true},
    {"[fwd: ] around more", "[fwd: Re: a (fwd)]", "a", true},
    {"[fwd: without an end", "[fwd: a", "[fwd: a", false},
    {"only a prefix", "Re:", "", true},
    {"re without a colon", "regarding", "regarding", false},
    {"re in the middle", "a re: b", "a re: b", false},
    {"an unclosed blob", "[a b", "[a b", false},
    {"a blob within a blob is none", "[a[b] c", "[a[b] c", false},
    {"nothing", "", "", false},
};

TEST(Digest, BaseSubjects) {
    for (const Case& c : kSubjects) {
        const BaseSubject subject = base_subject(c.subject);
        EXPECT_EQ(subject.text, c.want) << c.why;
        EXPECT_EQ(subject.reply_or_forward, c.refwd) << c.why;
    }
}

TEST(Digest, OfAHeader) {
    const Digest digest = make_digest(
        "Date: Thu, 1 Jan 1970 01:00:00 +0100\r\nSubject: Re: =?utf-8?q?gr=C3=BCn?=\r\n"
        "From: =?utf-8?q?J=C3=BCrgen?= <Jones@x.org>\r\nTo: g: a@x;\r\nCc: b@x, c@x\r\n"
        "Message-ID: <m@x> (c)\r\nReferences: <a@x>\r\n <b@x> junk <a b@x>\r\n"
        "In-Reply-To: <z@x>\r\n\r\n");
    EXPECT_EQ(digest.sent_seconds, 0);
    EXPECT_EQ(digest.zone_minutes, 60);
    EXPECT_EQ(digest.base_subject, "GRU\xCC\x88N") << "folded";
    EXPECT_TRUE(digest.reply_or_forward);
    EXPECT_EQ(digest.from_mailbox, "JONES");
    EXPECT_EQ(digest.from_display, "JU\xCC\x88RGEN");
    EXPECT_EQ(digest.to_mailbox, "G") << "the first address, a group's start included";
    EXPECT_EQ(digest.cc_mailbox, "B");
    EXPECT_EQ(digest.message_id, hash_message_id("m@x"));
    EXPECT_EQ(digest.references,
              (std::vector<std::uint64_t>{hash_message_id("a@x"), hash_message_id("b@x"),
                                          hash_message_id("ab@x")}));
}

TEST(Digest, FallsBack) {
    EXPECT_EQ(make_digest("\r\n"), Digest{});
    const Digest reply = make_digest("In-Reply-To: <a@x> <b@x>\r\nReferences: none\r\n\r\n");
    EXPECT_EQ(reply.references, std::vector<std::uint64_t>{hash_message_id("a@x")});
    EXPECT_EQ(make_digest("From: a@x.org\r\n\r\n").from_display, "A@X.ORG");
    EXPECT_FALSE(make_digest("Date: soon\r\n\r\n").sent_seconds.has_value());
}

TEST(Digest, IsBounded) {
    std::string references = "References:";
    for (int i = 0; i < 1000; ++i)
        references += "\r\n <" + std::to_string(i) + "@x>";
    const Digest digest =
        make_digest("Subject: " + std::string(1000, 's') + "\r\n" + references + "\r\n\r\n");
    EXPECT_EQ(digest.base_subject.size(), kDigestStringBytesMax);
    ASSERT_EQ(digest.references.size(), kDigestReferencesMax);
    EXPECT_EQ(digest.references.front(), hash_message_id("0@x")) << "the root stays";
    EXPECT_EQ(digest.references.back(), hash_message_id("999@x")) << "and the parent";
}

}  // namespace
}  // namespace loam::mail
