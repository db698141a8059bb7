#include <gtest/gtest.h>

#include "imapd/cmd/command.h"

namespace loam::imap {
namespace {

TEST(CommandTable, FindsWhatIsThereAndNothingElse) {
    for (const char* name :
         {"APPEND", "FETCH", "IDLE", "UNSUBSCRIBE", "CHECK", "LSUB", "SETQUOTA"}) {
        const CommandRow* row = find_command(name);
        ASSERT_NE(row, nullptr) << name;
        EXPECT_EQ(row->name, name);
        EXPECT_NE(row->run, nullptr);
    }
    for (const char* name : {"", "A", "FETC", "FETCHX", "fetch", "STARTTL", "ZZZ"}) {
        EXPECT_EQ(find_command(name), nullptr) << name;
    }
}

// RFC 9051 section 6.4.9, and section 7.5.1 for what may not be interrupted.
TEST(CommandTable, KnowsUidFormsAndWhatCountsMessages) {
    for (const char* name : {"COPY", "EXPUNGE", "FETCH", "MOVE", "SEARCH", "STORE"}) {
        EXPECT_TRUE(find_command(name)->uid_form) << name;
    }
    EXPECT_FALSE(find_command("NOOP")->uid_form);
    for (const char* name : {"FETCH", "SEARCH", "STORE"}) {
        EXPECT_TRUE(find_command(name)->holds_numbers) << name;
    }
    for (const char* name : {"COPY", "MOVE", "EXPUNGE", "NOOP", "CHECK", "IDLE"}) {
        EXPECT_FALSE(find_command(name)->holds_numbers) << name;
    }
    // RFC 9586 sections 3.2 and 3.8.
    for (const char* name :
         {"COPY", "FETCH", "MOVE", "REPLACE", "SEARCH", "SORT", "STORE", "THREAD"}) {
        EXPECT_TRUE(find_command(name)->by_numbers) << name;
    }
    for (const char* name : {"EXPUNGE", "ESEARCH", "NOOP"}) {
        EXPECT_FALSE(find_command(name)->by_numbers) << name;
    }
}

}  // namespace
}  // namespace loam::imap
