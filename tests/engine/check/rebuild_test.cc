// The index from the log alone: equal to the one that was there, and put in its place or not at
// all.
#include "engine/check/rebuild.h"

#include "tests/engine/check/many_segments.h"

namespace loam::check {
namespace {

class Rebuild : public ManySegments {
  protected:
    Result<RebuildReport> rebuild_now() { return run(rebuild({.path = path()}, disk_)); }
    std::string db() const { return path() + "/db"; }
    /// The state of an index, key by key, messages decoded.
    static std::vector<std::string> state(const std::string& directory) {
        IndexOptions options;
        options.read_only = true;
        const auto index = Index::open(directory, std::move(options));
        if (!index) return {index.error().what};
        const IndexView view = (*index)->view(ReadTier::may_block);
        std::vector<std::string> lines;
        StateCursor cursor(view);
        for (;;) {
            const auto entry = cursor.next();
            if (!entry) return {entry.error().what};
            if (!*entry) return lines;
            lines.push_back(describe((*entry)->key) + " = " +
                            describe((*entry)->key, (*entry)->value));
        }
    }
};

TEST_F(Rebuild, IsEqualKeyByKeyToTheIndexThatWasThere) {
    const auto before = state(db());
    ASSERT_GT(before.size(), 50U);
    std::filesystem::remove_all(db());
    const auto report = rebuild_now();
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->accounts, 2U);
    EXPECT_EQ(report->messages, everything_.size());
    EXPECT_EQ(report->torn_bytes, 0U);
    EXPECT_EQ(state(db()), before);
    EXPECT_EQ(findings(true), "");
    EXPECT_EQ(everything(), everything_);
    EXPECT_EQ(findings(true), "");
}

TEST_F(Rebuild, TakesThePlaceOfAnIndexThatIsThere) {
    const auto before = state(db());
    for (int round = 0; round < 2; ++round) {
        ASSERT_TRUE(rebuild_now());
        EXPECT_EQ(state(db()), before);
        EXPECT_FALSE(std::filesystem::exists(path() + "/db.new"));
    }
    EXPECT_EQ(everything(), everything_);
}

TEST_F(Rebuild, MendsAnIndexThatIsDamaged) {
    for (const char* ending : {".sst", "CURRENT"}) {
        for (const std::string& file : files(ending))
            flip(file, 5);
        EXPECT_NE(findings(), "");
        const auto report = rebuild_now();
        ASSERT_TRUE(report) << report.error().what;
        EXPECT_EQ(findings(), "");
    }
    EXPECT_EQ(everything(), everything_);
}

/// What a crash leaves at each step: files of an unfinished index, no index at all for a moment,
/// the old one beside the new one.
TEST_F(Rebuild, GoesOnAfterACrashAtAnyStep) {
    using Step = void (*)(const std::string& root);
    constexpr std::pair<const char*, Step> kSteps[] = {
        {"half a new index",
         [](const std::string& root) {
             std::filesystem::create_directories(root + "/db.new/load");
             put(root + "/db.new/load/0.sst", "half");
         }},
        {"a new index, whole",
         [](const std::string& root) {
             std::filesystem::copy(root + "/db", root + "/db.new",
                                   std::filesystem::copy_options::recursive);
         }},
        {"between two renames",
         [](const std::string& root) {
             std::filesystem::copy(root + "/db", root + "/db.new",
                                   std::filesystem::copy_options::recursive);
             std::filesystem::rename(root + "/db", root + "/db.old");
         }},
        {"the old index not removed yet",
         [](const std::string& root) {
             std::filesystem::copy(root + "/db", root + "/db.old",
                                   std::filesystem::copy_options::recursive);
         }},
    };
    for (const auto& [why, step] : kSteps) {
        SCOPED_TRACE(why);
        step(path());
        EXPECT_NE(findings(), "");
        const auto report = rebuild_now();
        ASSERT_TRUE(report) << report.error().what;
        EXPECT_EQ(findings(), "");
        EXPECT_EQ(everything(), everything_);
    }
}

TEST_F(Rebuild, ATornTailIsZeroedAndWhatWasAcknowledgedStays) {
    const std::string last = files(".seg").at(files(".seg").size() - 2);  // the next one is blank
    const std::size_t end = get(last).find_last_not_of('\0') + 1;
    const std::size_t torn = (end + 4095) / 4096 * 4096;
    flip(last, torn + 100);
    const auto report = rebuild_now();
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->torn_bytes, 101U);
    EXPECT_EQ(findings(), "");
    EXPECT_EQ(everything(), everything_);
}

/// A log that lost something cannot make an index: what is there must not be put aside for it.
TEST_F(Rebuild, RefusesALogThatIsNotWholeAndLeavesTheIndex) {
    const auto before = state(db());
    const auto segments = files(".seg");
    using Damage = void (*)(const std::vector<std::string>&);
    constexpr std::pair<const char*, Damage> kDamages[] = {
        {"a group in the middle", [](const auto& s) { flip(s.at(1), 4096 + 8); }},
        {"a segment in the middle is gone",
         [](const auto& s) { std::filesystem::remove(s.at(1)); }},
        {"the newest segments are gone",
         [](const auto& s) {
             for (std::size_t i = 2; i < s.size(); ++i)
                 std::filesystem::remove(s.at(i));
         }},
        {"no segment is left",
         [](const auto& s) {
             for (const std::string& segment : s)
                 std::filesystem::remove(segment);
         }},
    };
    const std::string whole = dir_ / "whole";
    std::filesystem::copy(path(), whole, std::filesystem::copy_options::recursive);
    for (const auto& [why, damage] : kDamages) {
        SCOPED_TRACE(why);
        damage(segments);
        const auto report = rebuild_now();
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().code, Errc::corrupt) << report.error().what;
        EXPECT_EQ(state(db()), before);
        EXPECT_NE(findings(), "");
        std::filesystem::remove_all(path());
        std::filesystem::copy(whole, path(), std::filesystem::copy_options::recursive);
    }
    EXPECT_EQ(everything(), everything_);
}

TEST_F(Rebuild, AStoreInUseIsRefused) {
    open();
    const auto report = rebuild_now();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Errc::busy);
    EXPECT_NE(report.error().what.find(std::to_string(getpid())), std::string::npos);
    close();
}

TEST_F(Rebuild, UidsGoOnWhereTheyWere) {
    std::filesystem::remove_all(db());
    ASSERT_TRUE(rebuild_now());
    open();
    account("kim");
    const Uid next = account_->mailbox_row(mailbox("INBOX"))->uidnext;
    const auto appended = append("INBOX", "Subject: next\r\n\r\n");
    ASSERT_TRUE(appended);
    EXPECT_EQ(appended->uids.at(0), next);
    EXPECT_EQ(next, Uid{16});
    expect_counters_hold();
    close();
    EXPECT_EQ(findings(true), "");
}

}  // namespace
}  // namespace loam::check
