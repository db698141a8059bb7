#include "imapd/session/reply.h"

#include <gtest/gtest.h>

#include "imapd/session/flag_text.h"

namespace loam::imap {
namespace {

struct Case {
    const char* why;
    Errc code;
    Condition condition;
    const char* want;
};

// RFC 5530 section 3, RFC 9051 section 7.1.
constexpr Case kCases[] = {
    {"a fault of form is the client's", Errc::invalid, Condition::bad, ""},
    {"no such mailbox", Errc::not_found, Condition::no, "NONEXISTENT"},
    {"the name is taken", Errc::exists, Condition::no, "ALREADYEXISTS"},
    {"quota", Errc::over_quota, Condition::no, "OVERQUOTA"},
    {"a message too large", Errc::too_big, Condition::no, "TOOBIG"},
    {"a named limit", Errc::limit, Condition::no, "LIMIT"},
    {"temporary", Errc::busy, Condition::no, "UNAVAILABLE"},
    {"the disk is full: temporary to the client", Errc::no_room, Condition::no, "UNAVAILABLE"},
    {"damage is told, where it lies is not", Errc::corrupt, Condition::no, "UNAVAILABLE"},
    {"which of the two was wrong is not told", Errc::auth_failed, Condition::no,
     "AUTHENTICATIONFAILED"},
    {"gone meanwhile", Errc::expunged, Condition::no, "EXPUNGEISSUED"},
    {"BINARY of an encoding we do not know", Errc::unknown_cte, Condition::no, "UNKNOWN-CTE"},
    {"supported charsets are listed", Errc::bad_charset, Condition::no,
     "BADCHARSET (US-ASCII UTF-8)"},
};

TEST(Reply, SaysErrorsInWordsOfImap) {
    for (const Case& c : kCases) {
        const Reply reply = reply_for(fail(c.code, "segment 7 at /var/lib/loam"));
        EXPECT_EQ(reply.condition, c.condition) << c.why;
        EXPECT_EQ(reply.code, c.want) << c.why;
    }
}

TEST(Reply, KeepsPathsToItself) {
    for (const Errc code : {Errc::io, Errc::corrupt, Errc::busy, Errc::no_room}) {
        const Reply reply = reply_for(fail(code, "segment 7 at /var/lib/loam"));
        EXPECT_EQ(reply.text.find("/var"), std::string::npos);
    }
}

TEST(FlagText, WritesWhatARowHas) {
    const std::string names[] = {"$Junk", "work"};
    MessageRow row;
    const auto text = [&](bool recent) {
        std::string out;
        append_flags(out, row, names, recent);
        return out;
    };
    EXPECT_EQ(text(false), "()");
    EXPECT_EQ(text(true), "(\\Recent)");
    row.flags = kFlagSeen | kFlagDeleted;
    row.keywords = 2;
    EXPECT_EQ(text(true), "(\\Deleted \\Seen \\Recent work)");
    row.keywords = 7;
    EXPECT_EQ(text(false), "(\\Deleted \\Seen $Junk work)") << "a bit without a name is not shown";
}

TEST(FlagText, MapsEveryFlagBothWays) {
    EXPECT_EQ(engine_flags(kSystemFlagsAll), kFlagsAll);
    EXPECT_EQ(engine_flags(flag_seen), kFlagSeen);
    EXPECT_EQ(engine_flags(flag_draft | flag_answered), kFlagDraft | kFlagAnswered);
    EXPECT_EQ(engine_flags(0), 0);
}

}  // namespace
}  // namespace loam::imap
