#include "imapd/syntax/esearch.h"

#include <gtest/gtest.h>

#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

std::string show(const EsearchArgs& args) {
    static constexpr const char* kNames[] = {"personal", "subscribed", "subtree", "subtree-one",
                                             "mailboxes"};
    std::string out = args.selected ? "selected " : "";
    for (const MailboxSource& source : args.sources) {
        out += kNames[static_cast<int>(source.kind)];
        for (const std::string& name : source.names)
            out += " <" + name + ">";
        out += ' ';
    }
    return out + "| " + to_string(args.search.key);
}

// RFC 7377 section 4.
constexpr Case kCases[] = {
    {"no source", " SEEN", "selected | SEEN"},
    {"what to return and no source", " RETURN (SAVE) SEEN", "selected | SEEN"},
    {"the selected mailbox", " in (Selected) SEEN", "selected | SEEN"},
    {"sets of mailboxes", " IN (inboxes personal subscribed) SEEN",
     "personal personal subscribed | SEEN"},
    {"one name", " IN (mailboxes \"folder1\" subtree folder2) unseen",
     "mailboxes <folder1> subtree <folder2> | UNSEEN"},
    {"several names", " IN (subtree-one (inbox {1}\r\nb \"c d\")) RETURN () SEEN",
     "subtree-one <INBOX> <b> <c d> | SEEN"},
    {"names of IMAP4rev1", " IN (mailboxes R&-D) SEEN", "mailboxes <R&D> | SEEN"},
    {"wildcards are letters", " IN (mailboxes \"a*%\") SEEN", "mailboxes <a*%> | SEEN"},
    {"nothing", " IN () SEEN", "[invalid]"},
    {"what is for NOTIFY", " IN (selected-delayed) SEEN", "[invalid]"},
    {"an option of the scope", " IN (personal (x 1)) SEEN", "[invalid]"},
    {"no name", " IN (subtree) SEEN", "[invalid]"},
    {"an empty list of names", " IN (subtree ()) SEEN", "[invalid]"},
    {"a list that is not closed", " IN (subtree (a b) SEEN", "[invalid]"},
    {"no list", " IN personal SEEN", "[invalid]"},
    {"no keys", " IN (personal)", "[invalid]"},
    {"SAVE of others", " IN (personal) RETURN (SAVE) SEEN", "[invalid]"},
    {"SAVE of others too", " IN (selected mailboxes a) RETURN (SAVE) SEEN", "[invalid]"},
    {"what to return comes second", " RETURN () IN (personal) SEEN", "[invalid]"},
};

TEST(Esearch, Parses) {
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_esearch, show), c.want) << c.why;
    std::string many = " IN (mailboxes (";
    for (std::size_t i = 0; i <= kSourceNamesMax; ++i)
        many += "a ";
    many.back() = ')';
    EXPECT_EQ(parsed(many + ") ALL", kR1, parse_esearch, show), "[limit]");
}

TEST(Esearch, SourcesTakeMailboxes) {
    using Kind = MailboxSource::Kind;
    const MailboxSource subtree{.kind = Kind::subtree, .names = {"a", "x/y"}};
    const MailboxSource one{.kind = Kind::subtree_one, .names = {"a", "x/y"}};
    for (const char* name : {"a", "a/b", "x/y", "x/y/z"}) {
        EXPECT_TRUE(subtree.takes(name, false)) << name;
        EXPECT_TRUE(one.takes(name, false)) << name;
    }
    EXPECT_TRUE(subtree.takes("a/b/c", false));
    for (const char* name : {"a/b/c", "ab", "x", "x/yz", "A", "b/a"})
        EXPECT_FALSE(one.takes(name, true)) << name;
    const MailboxSource subscribed{.kind = Kind::subscribed};
    EXPECT_TRUE(subscribed.takes("a", true));
    EXPECT_FALSE(subscribed.takes("a", false));
}

}  // namespace
}  // namespace loam::imap
