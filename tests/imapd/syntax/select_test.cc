#include "imapd/syntax/select.h"

#include <gtest/gtest.h>

#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

std::string show(const SelectArgs& args) {
    std::string out = args.mailbox.name + (args.condstore ? " condstore" : "");
    if (!args.qresync) return out;
    out += " qresync " + std::to_string(args.qresync->uidvalidity) + "/" +
           std::to_string(args.qresync->modseq);
    if (args.qresync->known_uids) out += " known " + to_string(*args.qresync->known_uids);
    if (args.qresync->match)
        out += " match " + to_string(args.qresync->match->seqs) + "=" +
               to_string(args.qresync->match->uids);
    return out;
}

constexpr Case kCases[] = {
    {"a name", " INBOX", "INBOX"},
    {"CONDSTORE", " INBOX (condstore)", "INBOX condstore"},
    {"QRESYNC with what it must have", " a (QRESYNC (67890007 20050715194045000))",
     "a qresync 67890007/20050715194045000"},
    {"with known uids", " a (QRESYNC (1 2 41,43:211))", "a qresync 1/2 known 41,43:211"},
    {"with a match", " a (QRESYNC (1 2 (1:3 7:9)))", "a qresync 1/2 match 1:3=7:9"},
    {"with both", " a (QRESYNC (1 2 1:99 (1,3 7,9)))", "a qresync 1/2 known 1:99 match 1,3=7,9"},
    {"both parameters", " a (CONDSTORE QRESYNC (1 2))", "a condstore qresync 1/2"},
    {"the other way around", " a (QRESYNC (1 2) CONDSTORE)", "a condstore qresync 1/2"},
    {"an empty list", " a ()", "[invalid]"},
    {"an unknown parameter", " a (BLURDYBLOOP)", "[invalid]"},
    {"QRESYNC alone", " a (QRESYNC)", "[invalid]"},
    {"QRESYNC twice", " a (QRESYNC (1 2) QRESYNC (1 2))", "[invalid]"},
    {"without a modseq", " a (QRESYNC (1))", "[invalid]"},
    {"uidvalidity zero", " a (QRESYNC (0 2))", "[invalid]"},
    {"modseq zero", " a (QRESYNC (1 0))", "[invalid]"},
    {"modseq of 64 bits", " a (QRESYNC (1 9223372036854775808))", "[invalid]"},
    {"star is no known uid", " a (QRESYNC (1 2 1:*))", "[invalid]"},
    {"$ is no known uid", " a (QRESYNC (1 2 $))", "[invalid]"},
    {"star in a match", " a (QRESYNC (1 2 (1:* 1:*)))", "[invalid]"},
    {"unlike numbers in a match", " a (QRESYNC (1 2 (1:3 7:8)))", "[invalid]"},
    {"the match comes last", " a (QRESYNC (1 2 (1 7) 1:99))", "[invalid]"},
    {"not closed", " a (QRESYNC (1 2)", "[invalid]"},
    {"something behind", " a (CONDSTORE) x", "[invalid]"},
    {"no list", " a CONDSTORE", "[invalid]"},
    {"a name that cannot be", " R&D", "[unsupported]"},
};

TEST(Select, Arguments) {
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_select, show), c.want) << c.why;
}

}  // namespace
}  // namespace loam::imap
