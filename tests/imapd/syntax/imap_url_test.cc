// URLs of messages and their parts: RFC 5092 sections 6, 7.1, 7.2, 8 and 11, RFC 4469 section 3.
#include "imapd/syntax/imap_url.h"

#include <string>

#include <gtest/gtest.h>

namespace loam::imap {
namespace {

std::string shown(std::string_view text) {
    const auto url = parse_imap_url(text);
    return url ? to_string(*url) : "[" + std::string(to_string(url.error().code)) + "]";
}

struct Case {
    const char* why;
    std::string_view text;
    std::string_view want;
};

constexpr Case kUrls[] = {
    {"a message", "/INBOX/;UID=20", "/INBOX/;UID=20"},
    {"words in any case", "/inbox;uidvalidity=7/;uid=20/;section=header/;partial=1.2",
     "/INBOX;UIDVALIDITY=7/;UID=20/;SECTION=HEADER/;PARTIAL=1.2"},
    {"of one part", "/Drafts;UIDVALIDITY=385759045/;UID=20/;section=1.MIME",
     "/Drafts;UIDVALIDITY=385759045/;UID=20/;SECTION=1.MIME"},
    {"some fields", "/a/;UID=1/;SECTION=HEADER.FIELDS%20(Subject%20To)",
     "/a/;UID=1/;SECTION=HEADER.FIELDS%20(Subject%20To)"},
    {"from an octet on", "/a/;UID=1/;PARTIAL=1024", "/a/;UID=1/;PARTIAL=1024"},
    {"a name of levels", "/a/b/c/;UID=1", "/a/b/c/;UID=1"},
    {"a name in UTF-8", "/%E5%8F%B0%E5%8C%97/;UID=1", "/%E5%8F%B0%E5%8C%97/;UID=1"},
    {"a name that had to be encoded", "/a%3Bb%20c%25/;UID=1", "/a%3Bb%20c%25/;UID=1"},
    {"& is no modified UTF-7 here", "/R&D/;UID=1", "/R&D/;UID=1"},
    {"a name is normalised", "/u%CC%88/;UID=1", "/%C3%BC/;UID=1"},
    {"nothing", "", "[invalid]"},
    {"the same document", "/", "[invalid]"},
    {"a mailbox", "/INBOX", "[invalid]"},
    {"a mailbox and its UIDVALIDITY", "/INBOX;UIDVALIDITY=1", "[invalid]"},
    {"a search", "/INBOX?SUBJECT%20x", "[invalid]"},
    {"an absolute URL", "imap://kim@example.org/INBOX/;UID=1", "[invalid]"},
    {"a network path", "//example.org/INBOX/;UID=1", "[invalid]"},
    {"a relative path", ";UID=1", "[invalid]"},
    {"another one", "INBOX/;UID=1", "[invalid]"},
    {"no slash before the uid", "/INBOX;UID=1", "[invalid]"},
    {"uid 0", "/INBOX/;UID=0", "[invalid]"},
    {"a uid that is too large", "/INBOX/;UID=4294967296", "[invalid]"},
    {"no uid", "/INBOX/;UID=", "[invalid]"},
    {"two uids", "/INBOX/;UID=1,2", "[invalid]"},
    {"UIDVALIDITY 0", "/INBOX;UIDVALIDITY=0/;UID=1", "[invalid]"},
    {"an empty section", "/INBOX/;UID=1/;SECTION=", "[invalid]"},
    {"no section", "/INBOX/;UID=1/;SECTION=WHOLE", "[invalid]"},
    {"more than a section", "/INBOX/;UID=1/;SECTION=1%5D%5B", "[invalid]"},
    {"the order", "/INBOX/;UID=1/;PARTIAL=0/;SECTION=1", "[invalid]"},
    {"no octets", "/INBOX/;UID=1/;PARTIAL=0.0", "[invalid]"},
    {"half an escape", "/INBOX%2/;UID=1", "[invalid]"},
    {"no hexadecimal digits", "/INBOX%GG/;UID=1", "[invalid]"},
    {"a space", "/IN BOX/;UID=1", "[invalid]"},
    {"octets above 127 that are not encoded", "/\xC3\xBC/;UID=1", "[invalid]"},
    {"not UTF-8", "/%FF/;UID=1", "[invalid]"},
    {"a name that cannot be", "/a%00b/;UID=1", "[unsupported]"},
    {"what URLAUTH adds", "/INBOX/;UID=1;URLAUTH=anonymous", "[invalid]"},
    {"no mailbox", "//;UID=1", "[invalid]"},
};

TEST(ImapUrl, ParsesAndPrints) {
    for (const Case& c : kUrls) {
        EXPECT_EQ(shown(c.text), c.want) << c.why;
        if (!c.want.starts_with('[')) EXPECT_EQ(shown(c.want), c.want) << c.why;
    }
}

// RFC 4469 section 5, url-resp-text.
TEST(ImapUrl, WhatABracketCannotHoldIsEncoded) {
    EXPECT_EQ(badurl_text("/INBOX/;UID=1"), "/INBOX/;UID=1");
    EXPECT_EQ(badurl_text("a]b\\c\r\n\xC3\x7F \""), "a%5Db%5Cc%0D%0A%C3%7F \"");
}

}  // namespace
}  // namespace loam::imap
