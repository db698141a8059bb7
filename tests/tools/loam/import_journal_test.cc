// What a resumed import believes: never that a message is in which is not.
#include "tools/loam/import_journal.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace loam::tool {
namespace {

class ImportJournalTest : public ::testing::Test {
  protected:
    std::unique_ptr<ImportJournal> open(bool restart = false) {
        auto opened = ImportJournal::open(
            path_, restart,
            [&](const std::string&) -> ImportJournal::MailboxState { return now_; });
        EXPECT_TRUE(opened);
        return *std::move(opened);
    }
    void set_uidnext(std::uint32_t uidnext) { now_.uidnext = Uid{uidnext}; }

    TempDir dir_;
    std::string path_ = dir_ / "journal";
    ImportJournal::MailboxState now_{7, Uid{1}};
};

TEST_F(ImportJournalTest, EndedBatchIsIn) {
    ASSERT_TRUE(open()->begin("INBOX", now_, {"a", "b"}));
    set_uidnext(3);
    auto journal = open();
    ASSERT_TRUE(journal->begin("INBOX", now_, {"c"}));
    ASSERT_TRUE(journal->end());
    set_uidnext(4);
    journal = open();
    EXPECT_TRUE(journal->done("a"));  // open, last, and its uids are taken: believed for good
    EXPECT_TRUE(journal->done("c"));
    EXPECT_TRUE(open()->done("b"));
    EXPECT_FALSE(open(true)->done("a"));
}

TEST_F(ImportJournalTest, RefusedBatchIsNotInThoughLaterOnesTookItsUids) {
    auto journal = open();
    ASSERT_TRUE(journal->begin("INBOX", now_, {"a", "b"}));
    ASSERT_TRUE(journal->failed());
    ASSERT_TRUE(journal->begin("INBOX", now_, {"b"}));
    ASSERT_TRUE(journal->end());
    set_uidnext(100);
    EXPECT_FALSE(open()->done("a"));
    EXPECT_TRUE(open()->done("b"));
}

TEST_F(ImportJournalTest, OpenBatchThatIsNotTheLastIsNotIn) {
    auto journal = open();
    ASSERT_TRUE(journal->begin("INBOX", now_, {"a"}));
    ASSERT_TRUE(journal->begin("INBOX", now_, {"b"}));
    ASSERT_TRUE(journal->end());
    set_uidnext(100);
    EXPECT_FALSE(open()->done("a"));
}

TEST_F(ImportJournalTest, DisbeliefIsForGood) {
    ASSERT_TRUE(open()->begin("INBOX", now_, {"a"}));
    EXPECT_FALSE(open()->done("a"));
    set_uidnext(100);  // other mail came meanwhile
    EXPECT_FALSE(open()->done("a"));
}

TEST_F(ImportJournalTest, TornLastLineNamesNobody) {
    std::ofstream(path_) << "B 7 1 1 INBOX\nI mail:12";  // of mail:123
    set_uidnext(100);
    EXPECT_FALSE(open()->done("mail:12"));
    auto journal = open();
    ASSERT_TRUE(journal->begin("INBOX", now_, {"x"}));
    ASSERT_TRUE(journal->end());
    EXPECT_TRUE(open()->done("x"));
    EXPECT_FALSE(open()->done("mail:12"));
}

}  // namespace
}  // namespace loam::tool
