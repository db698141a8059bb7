// fsck on damaged files: what is damaged is named, and nothing damaged is
// called well.
#include <random>

#include "engine/check/fsck.h"
#include "tests/engine/check/checked_store.h"

namespace loam::check {
namespace {

class FsckDamage : public CheckedStore {
  protected:
    void expect_all_there() {
        account("kim");
        const auto inbox = open_mailbox("INBOX");
        ASSERT_EQ(inbox->messages().size(), texts_.size());
        for (std::size_t i = 0; i < texts_.size(); ++i)
            EXPECT_EQ(read_message(inbox->messages()[i].cid), texts_[i]);
        expect_counters_hold();
    }
    void expect_found(std::string_view what, bool deep = false) {
        const std::string found = findings(deep);
        EXPECT_NE(found.find(what), std::string::npos) << what << "\nnot in\n" << found;
    }
};

TEST_F(FsckDamage, OctetsOfAMessage) {
    flip(segment(), segment_end() / 2);  // in the large one
    EXPECT_EQ(findings(), "");           // its octets were not read
    EXPECT_TRUE(findings(true).starts_with("account 1 content 2 (INBOX uid 2): "))
        << findings(true);
}

TEST_F(FsckDamage, AGroupInTheMiddleOfTheLog) {
    flip(segment(), 4096);  // behind the segment's header
    expect_found("log: ");
    expect_found("00000001.seg");
}

TEST_F(FsckDamage, ASegmentCutShort) {
    std::filesystem::resize_file(segment(), 8192);
    expect_found("log: ");
}

TEST_F(FsckDamage, ASegmentWithoutAnything) {
    std::filesystem::resize_file(segment(), 0);
    expect_found("log: ");
}

TEST_F(FsckDamage, ASegmentThatIsGone) {
    std::filesystem::remove(segment());
    expect_found("log: ");
}

TEST_F(FsckDamage, TheIndexIsGone) {
    std::filesystem::remove_all(path() + "/db");
    EXPECT_NE(findings(), "");
}

TEST_F(FsckDamage, FilesOfTheIndexThatAreGone) {
    for (const char* ending : {"CURRENT", ".sst"}) {
        for (const std::string& file : files(ending))
            std::filesystem::remove(file);
        EXPECT_NE(findings(), "");
    }
}

TEST_F(FsckDamage, FilesOfTheIndexThatAreNoLongerWhatTheyWere) {
    const auto tables = files(".sst");
    ASSERT_FALSE(tables.empty());
    for (const std::string& file : tables)
        flip(file, 20);
    expect_found("index: ");
}

TEST_F(FsckDamage, OneSuperblockIsEnoughAndNoneIsNot) {
    flip(path() + "/SUPER.0", 20);
    EXPECT_EQ(findings(), path() + "/SUPER.0: superblock: checksum\n");
    std::filesystem::remove(path() + "/SUPER.1");
    expect_found("SUPER.0: superblock: checksum");
    expect_found("SUPER.1: missing");
    StoreOptions options;
    options.path = path();
    EXPECT_FALSE(run(Store::open(std::move(options), {{reactor_.get(), &disk_}})));
}

TEST_F(FsckDamage, WhatIsNoFileOfAStoreIsNamed) {
    for (const char* name : {"/x", "/log/1", "/log/0/1.seg", "/db/000001.txt", "/db.new"})
        put(path() + name, "x");
    expect_found("store/x: no file of a store");
    expect_found("store/log/1: no file of a store");
    expect_found("store/log/0/1.seg: no file of a store");
    expect_found("store/db/000001.txt: no file of a store");
    expect_found("store/db.new: left by a rebuild that was cut off");
}

/// One flipped bit, anywhere: fsck sees it, or it did no harm.
TEST_F(FsckDamage, WhatIsCalledWellIsWell) {
    const std::string whole = dir_ / "whole";
    std::filesystem::rename(path(), whole);
    std::mt19937 random(11);  // NOLINT: the same damage each time
    for (int round = 0; round < 15; ++round) {
        std::filesystem::remove_all(path());
        std::filesystem::copy(whole, path(), std::filesystem::copy_options::recursive);
        const auto all = files("");
        const std::string& file = all[random() % all.size()];
        const std::size_t end = get(file).find_last_not_of('\0');
        if (end == std::string::npos || end == 0) continue;
        const std::size_t at = random() % end;
        flip(file, at);
        const std::string which = file + " at " + std::to_string(at);
        SCOPED_TRACE(which);
        if (!findings(true).empty()) continue;
        open();
        if (!store_) continue;  // told by open()
        expect_all_there();
        close();
    }
}

}  // namespace
}  // namespace loam::check
