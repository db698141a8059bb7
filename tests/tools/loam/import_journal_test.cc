// What a resumed import believes: never that a message is in which is not.
#include "tools/loam/import_journal.h"

#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace loam::tool {
namespace {

class ImportJournalTest : public ::testing::Test {
  protected:
    std::unique_ptr<ImportJournal> open(bool restart = false) {
        const ImportJournal::Witness witness{
            .state_of = [&](const std::string&) { return now_; },
            .message_at = [&](const std::string&,
                              Uid uid) -> std::optional<ImportJournal::Message> {
                const auto found = messages_.find(uid.value);
                if (found == messages_.end()) return std::nullopt;
                return found->second;
            },
        };
        auto opened = ImportJournal::open(path_, restart, witness);
        EXPECT_TRUE(opened);
        return *std::move(opened);
    }
    static ImportJournal::Entry entry(const std::string& id) { return {id, {id.size(), 77}}; }
    static std::vector<ImportJournal::Entry> entries(const std::vector<std::string>& ids) {
        std::vector<ImportJournal::Entry> all;
        for (const std::string& id : ids)
            all.push_back(entry(id));
        return all;
    }
    void set_uidnext(std::uint32_t uidnext) { now_.uidnext = Uid{uidnext}; }

    TempDir dir_;
    std::string path_ = dir_ / "journal";
    ImportJournal::MailboxState now_{7, Uid{1}};
    std::map<std::uint32_t, ImportJournal::Message> messages_;
};

TEST_F(ImportJournalTest, EndedBatchIsIn) {
    ASSERT_TRUE(open()->begin("INBOX", now_, entries({"a", "b"})));
    set_uidnext(3);
    messages_ = {{1, entry("a").message}, {2, entry("b").message}};
    auto journal = open();
    ASSERT_TRUE(journal->begin("INBOX", now_, entries({"c"})));
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
    ASSERT_TRUE(journal->begin("INBOX", now_, entries({"a", "b"})));
    ASSERT_TRUE(journal->failed());
    ASSERT_TRUE(journal->begin("INBOX", now_, entries({"b"})));
    ASSERT_TRUE(journal->end());
    set_uidnext(100);
    EXPECT_FALSE(open()->done("a"));
    EXPECT_TRUE(open()->done("b"));
}

TEST_F(ImportJournalTest, OpenBatchThatIsNotTheLastIsNotIn) {
    auto journal = open();
    ASSERT_TRUE(journal->begin("INBOX", now_, entries({"a"})));
    ASSERT_TRUE(journal->begin("INBOX", now_, entries({"b"})));
    ASSERT_TRUE(journal->end());
    set_uidnext(100);
    EXPECT_FALSE(open()->done("a"));
}

TEST_F(ImportJournalTest, DisbeliefIsForGood) {
    ASSERT_TRUE(open()->begin("INBOX", now_, entries({"a"})));
    EXPECT_FALSE(open()->done("a"));
    set_uidnext(100);  // other mail came meanwhile
    EXPECT_FALSE(open()->done("a"));
}

TEST_F(ImportJournalTest, TornLastLineNamesNobody) {
    std::ofstream(path_) << "B 7 1 1 INBOX\nI 5 77 mail:12";  // of mail:123
    set_uidnext(100);
    EXPECT_FALSE(open()->done("mail:12"));
    auto journal = open();
    ASSERT_TRUE(journal->begin("INBOX", now_, entries({"x"})));
    ASSERT_TRUE(journal->end());
    EXPECT_TRUE(open()->done("x"));
    EXPECT_FALSE(open()->done("mail:12"));
}

TEST_F(ImportJournalTest, MessagesThatCameBetweenAreNotTakenForTheBatch) {
    struct Case {
        const char* why;
        std::map<std::uint32_t, ImportJournal::Message> messages;
        bool in;
    };
    const Case cases[] = {
        {"both are there", {{1, {1, 77}}, {2, {2, 77}}}, true},
        {"one was deleted since", {{2, {2, 77}}}, true},
        {"all were deleted: nobody knows", {}, false},
        {"another size", {{1, {1, 77}}, {2, {3, 77}}}, false},
        {"another date", {{1, {1, 78}}, {2, {2, 77}}}, false},
        {"other mail came before them", {{1, {9, 77}}, {2, {1, 77}}, {3, {2, 77}}}, true},
        {"the same, and one was deleted since", {{1, {9, 77}}, {2, {1, 77}}}, false},
        {"only the second differs, the first is gone", {{2, {9, 77}}}, false},
    };
    for (const Case& c : cases) {
        now_ = {7, Uid{1}};
        ASSERT_TRUE(open(true)->begin("INBOX", now_, entries({"a", "bb"})));
        set_uidnext(9);
        messages_ = c.messages;
        EXPECT_EQ(open()->done("a"), c.in) << c.why;
        EXPECT_EQ(open()->done("bb"), c.in) << c.why;
    }
}

TEST_F(ImportJournalTest, WhatNoProgramWroteNamesNobody) {
    std::ofstream(path_) << "I 1 1 a\nB x y z\nI 1 1 b\nE\nB 7 1 99999999999999999999 INBOX\n"
                         << "I 1 1 " << std::string(100'000, 'c') << "\nE\n";
    auto journal = open();
    EXPECT_FALSE(journal->done("a"));
    EXPECT_FALSE(journal->done("b"));
}

}  // namespace
}  // namespace loam::tool
