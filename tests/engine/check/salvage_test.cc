// A damaged store is made fit to serve: nothing is lost while the index knows it, and what is lost
// is told exactly.
#include "engine/check/salvage.h"

#include "engine/check/rebuild.h"
#include "tests/engine/check/many_segments.h"

namespace loam::check {
namespace {

class SalvageTest : public ManySegments {
  protected:
    SalvageReport salvage_now() {
        auto report = run(
            salvage({.path = path(), .erase_deadline_us = reactor_->wall_now()}, *reactor_, disk_));
        EXPECT_TRUE(report) << report.error().what;
        return report ? *std::move(report) : SalvageReport{};
    }
    void remove_index() { std::filesystem::remove_all(path() + "/db"); }
    /// "kim INBOX 2:3", one a line.
    static std::string losses(const SalvageReport& report) {
        std::string text;
        for (const Loss& loss : report.losses) {
            text += loss.user + " " + loss.mailbox;
            for (const UidSet::Range& range : loss.uids.ranges())
                text += " " + std::to_string(range.first.value) + ":" +
                        std::to_string(range.last.value);
            text += "\n";
        }
        return text;
    }
    /// The log alone gives what is there now.
    void expect_log_suffices() {
        const auto before = everything();
        remove_index();
        const auto rebuilt = run(rebuild({.path = path()}, disk_));
        ASSERT_TRUE(rebuilt) << rebuilt.error().what;
        EXPECT_EQ(findings(true), "");
        EXPECT_EQ(everything(), before);
    }
    void expect_part_of_everything(std::size_t missing_max) {
        const auto left = everything();
        EXPECT_GE(left.size() + missing_max, everything_.size());
        for (const auto& [which, octets] : left) {
            const auto original = everything_.find(which);
            ASSERT_NE(original, everything_.end()) << which;
            EXPECT_EQ(octets, original->second) << which;
        }
    }
};

TEST_F(SalvageTest, AStoreThatIsWellIsNotChanged) {
    const std::string before = get(files(".seg").at(1));
    const SalvageReport report = salvage_now();
    EXPECT_TRUE(report.mends.empty());
    EXPECT_EQ(losses(report), "");
    EXPECT_EQ(report.records_written, 0U);
    EXPECT_EQ(get(files(".seg").at(1)), before);
    EXPECT_EQ(everything(), everything_);
}

TEST_F(SalvageTest, HeadersAndSuperblocksAreMadeAgain) {
    flip(path() + "/SUPER.0", 20);
    std::filesystem::remove(path() + "/SUPER.1");
    flip(files(".seg").at(1), 20);
    EXPECT_NE(findings(), "");
    EXPECT_EQ(salvage_now().mends.size(), 3U);
    EXPECT_EQ(findings(true), "");
    EXPECT_EQ(everything(), everything_);
}

/// The damage that keeps a log from being read, wherever it is: while the index is whole, it tells
/// what stood there.
TEST_F(SalvageTest, NothingIsLostWhileTheIndexKnowsIt) {
    int damaged = 0;
    for (std::size_t number = 0; number + 1 < files(".seg").size(); ++number) {
        SCOPED_TRACE(number);
        const std::string whole = dir_ / "whole";
        if (number == 0)
            std::filesystem::copy(path(), whole, std::filesystem::copy_options::recursive);
        std::filesystem::remove_all(path());
        std::filesystem::copy(whole, path(), std::filesystem::copy_options::recursive);
        flip(files(".seg").at(number), 4096 + 100);
        // In the newest one nothing vouches for what is damaged: it was never acknowledged.
        if (findings().find("log: ") == std::string::npos) continue;
        ++damaged;
        const SalvageReport report = salvage_now();
        EXPECT_FALSE(report.mends.empty());
        EXPECT_EQ(losses(report), "");
        EXPECT_EQ(findings(true), "");
        EXPECT_EQ(everything(), everything_);
        expect_log_suffices();
        EXPECT_EQ(everything(), everything_);
    }
    EXPECT_GE(damaged, 3);
}

TEST_F(SalvageTest, WithoutAnIndexTheRestIsServedAndTheLossIsNamed) {
    remove_index();
    flip(files(".seg").at(2), 4096 + 100);
    const SalvageReport report = salvage_now();
    EXPECT_FALSE(report.mends.empty());
    EXPECT_NE(losses(report), "");
    EXPECT_EQ(findings(true), "");
    expect_part_of_everything(4);
    expect_log_suffices();
    // And it goes on as a store does.
    open();
    account("lee");
    ASSERT_TRUE(append("INBOX", "Subject: later\r\n\r\n"));
    expect_counters_hold();
    close();
    EXPECT_EQ(findings(true), "");
}

TEST_F(SalvageTest, AMissingSegmentIsSteppedOver) {
    for (const bool with_index : {true, false}) {
        SCOPED_TRACE(with_index);
        if (!with_index) remove_index();
        std::filesystem::remove(files(".seg").at(1));
        const SalvageReport report = salvage_now();
        EXPECT_NE(losses(report), "") << "its octets are nowhere";
        EXPECT_EQ(findings(true), "");
        expect_part_of_everything(everything_.size() - 1);
        expect_log_suffices();
    }
}

TEST_F(SalvageTest, ALogThatLostItsEndIsEndedWhereItCanBeRead) {
    const auto segments = files(".seg");
    for (std::size_t i = 3; i < segments.size(); ++i)
        std::filesystem::remove(segments.at(i));
    flip(segments.at(2), 4096 + 100);
    std::filesystem::resize_file(segments.at(2), 8192);
    const SalvageReport report = salvage_now();
    EXPECT_FALSE(report.mends.empty());
    EXPECT_EQ(findings(true), "");
    expect_part_of_everything(everything_.size() - 1);
    expect_log_suffices();
}

TEST_F(SalvageTest, ADamagedIndexIsMadeAnew) {
    for (const std::string& file : files(".sst"))
        flip(file, 20);
    const SalvageReport report = salvage_now();
    EXPECT_EQ(report.mends.size(), 1U);
    EXPECT_EQ(losses(report), "");
    EXPECT_EQ(findings(true), "");
    EXPECT_EQ(everything(), everything_);
}

TEST_F(SalvageTest, ADamagedMessageStaysAndIsRefused) {
    const std::string file = files(".seg").at(2);
    flip(file, get(file).find_last_not_of('\0') / 2);
    const std::string found = findings(true);
    EXPECT_NE(found.find(" uid "), std::string::npos) << found;
    EXPECT_TRUE(salvage_now().mends.empty());
    const auto served = everything();
    EXPECT_EQ(served.size(), everything_.size());
    std::size_t refused = 0;
    for (const auto& [which, octets] : served) {
        if (octets == "error") {
            ++refused;
        } else {
            EXPECT_EQ(octets, everything_.at(which));
        }
    }
    EXPECT_GE(refused, 1U);
    EXPECT_LE(refused, 2U);
}

}  // namespace
}  // namespace loam::check
