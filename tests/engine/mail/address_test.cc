// Address lists: RFC 5322 section 3.4, the obsolete forms of section 4.4, and what people write.
#include "engine/mail/address.h"

#include <string>

#include <gtest/gtest.h>

namespace loam::mail {
namespace {

std::string shown(const std::optional<std::string>& text) {
    return text ? *text : "-";
}

// "name|route|mailbox|host", "[group" and "]", with spaces between.
std::string shown(std::string_view field) {
    std::string out;
    for (const Address& address : parse_addresses(field)) {
        if (!out.empty()) out += ' ';
        if (address.kind == Address::Kind::group_start) {
            out += "[" + shown(address.mailbox);
        } else if (address.kind == Address::Kind::group_end) {
            out += "]";
        } else {
            out += shown(address.name) + "|" + shown(address.route) + "|" + shown(address.mailbox) +
                   "|" + shown(address.host);
        }
    }
    return out;
}

struct Case {
    const char* why;
    const char* text;
    const char* want;
};

constexpr Case kCases[] = {
    {"addr-spec alone", "a@b.c", "-|-|a|b.c"},
    {"display name and angle brackets", "Ann Other <ann@x.org>", "Ann Other|-|ann|x.org"},
    {"quoted display name loses its quotes", "\"Other, Ann\" <ann@x.org>",
     "Other, Ann|-|ann|x.org"},
    {"escapes in quoted strings", R"("A \"B\" \\C" <a@b>)", R"(A "B" \C|-|a|b)"},
    {"an encoded word is left alone", "=?utf-8?q?J=C3=B6rg?= <j@x>", "=?utf-8?q?J=C3=B6rg?=|-|j|x"},
    {"octets above 127 are kept", "J\xC3\xB6rg <j\xC3\xB6@x>", "J\xC3\xB6rg|-|j\xC3\xB6|x"},
    {"a comment after the address is the name", "user@domain (Real Name)",
     "Real Name|-|user|domain"},
    {"a comment is no name where there is one", "Ann <a@b> (work)", "Ann|-|a|b"},
    {"nested comments", "a@b (one (two) three)", "one (two) three|-|a|b"},
    {"comments and folding anywhere", "a(x)@\r\n b (y) .\r\n\tc", "y|-|a|b.c"},
    {"several, with empty places", ", a@b,, c@d,", "-|-|a|b -|-|c|d"},
    {"a folded list", "a@b,\r\n c@d", "-|-|a|b -|-|c|d"},
    {"a group", "g: a@b, C <c@d>;", "[g -|-|a|b C|-|c|d ]"},
    {"an empty group", "undisclosed-recipients:;", "[undisclosed-recipients ]"},
    {"a group with a comment only", "group2: (foo) ;", "[group2 ]"},
    {"addresses after a group", "g: a@b;, c@d", "[g -|-|a|b ] -|-|c|d"},
    {"a group's name may have several words", "My \"dear\" friends: a@b;",
     "[My dear friends -|-|a|b ]"},
    {"a group that is not closed ends with the field", "g: a@b", "[g -|-|a|b ]"},
    {"groups do not nest: the second colon is junk", "g: h: a@b;", "[g h|-|a|b ]"},
    {"obs-route", "<@route:user@domain>", "-|@route|user|domain"},
    {"obs-route with two hosts and spaces", "N <@a , @b : u@d>", "N|@a,@b|u|d"},
    {"obs-local-part: white space around dots", "a . b . c @ d . e", "-|-|a.b.c|d.e"},
    {"quoted local part", "\"john doe\"@x.org", "-|-|john doe|x.org"},
    {"quoted local part in angle brackets", "<\"a b\"@x.org>", "-|-|a b|x.org"},
    {"domain literal", "a@[192.0.2.1]", "-|-|a|[192.0.2.1]"},
    {"IPv6 domain literal", "a@[IPv6:2001:db8::1]", "-|-|a|[IPv6:2001:db8::1]"},
    {"no @: a local part", "root", "-|-|root|-"},
    {"no @ in angle brackets", "Root <root>", "Root|-|root|-"},
    {"several words and no address: a name", "John Q. Public", "John Q. Public|-||-"},
    {"empty angle brackets", "Nobody <>", "Nobody|-||-"},
    {"the address stands as name as well", "a@b <a@b>", "a@b|-|a|b"},
    {"forgotten angle brackets", "Big Bug bb@bug.com", "Big Bug|-|bb|bug.com"},
    {"dots in an unquoted name", "J. R. Tolkien <t@x>", "J. R. Tolkien|-|t|x"},
    {"several @: the last one divides", "<a@b@c>", "-|-|a@b|c"},
    {"no closing bracket", "A <a@b", "A|-|a|b"},
    {"a comma is missing between bare addresses", "a@b c@d", "-|-|a|b -|-|c|d"},
    {"a comma is missing between brackets", "A <a@b> B <c@d>", "A|-|a|b B|-|c|d"},
    {"a colon between brackets hides nobody", "A <a@b>:<c@d>", "A|-|a|b -|-|c|d"},
    {"junk behind the bracket", "A <a@b> junk, c@d", "A|-|a|b -|-|c|d"},
    {"nothing", "", ""},
    {"white space", " \r\n ", ""},
    {"a comment alone is no address", "(nobody)", ""},
    {"specials alone", "> ; : ,", ""},
    {"an unclosed quote takes the rest", "\"A, b@c", "-|-|A, b@c|-"},
    {"an unclosed comment takes the rest", "a@b (c, d@e", "c, d@e|-|a|b"},
};

TEST(Address, ReadsLists) {
    for (const Case& c : kCases)
        EXPECT_EQ(shown(std::string_view(c.text)), c.want) << c.why;
}

TEST(Address, StopsAtTheLimit) {
    std::string many;
    for (std::size_t i = 0; i < kAddressesMax + 10; ++i)
        many += "a@b,";
    EXPECT_EQ(parse_addresses(many).size(), kAddressesMax);
}

}  // namespace
}  // namespace loam::mail
