// Scrub: every payload is read, and what an earlier one read is not read again.
#include "engine/check/scrub.h"

#include "tests/engine/check/many_segments.h"

namespace loam::check {
namespace {

class ScrubTest : public ManySegments {
  protected:
    ScrubReport scrub_now(std::uint64_t bytes_max = 0, bool restart = false) {
        ScrubOptions options;
        options.path = path();
        options.bytes_max = bytes_max;
        options.restart = restart;
        auto report = run(scrub(std::move(options), *reactor_, disk_));
        EXPECT_TRUE(report) << report.error().what;
        return report ? *std::move(report) : ScrubReport{};
    }
    void damage(std::size_t number) {
        const std::string file = files(".seg").at(number);
        flip(file, get(file).find_last_not_of('\0') / 2);
    }
};

TEST_F(ScrubTest, ReadsEveryPayloadAndNamesTheMessageOfADamagedOne) {
    const ScrubReport well = scrub_now();
    EXPECT_TRUE(well.finished);
    EXPECT_FALSE(well.resumed);
    EXPECT_EQ(well.findings_count, 0U);
    EXPECT_EQ(well.unused, 0U);
    EXPECT_GT(well.payloads, everything_.size() - 8);
    damage(2);
    const ScrubReport found = scrub_now();
    EXPECT_EQ(found.payloads, well.payloads);
    ASSERT_EQ(found.findings_count, 1U);
    EXPECT_NE(found.findings.at(0).find("account 1 content "), std::string::npos);
    EXPECT_NE(found.findings.at(0).find(" uid "), std::string::npos) << found.findings.at(0);
    EXPECT_NE(found.findings.at(0).find("00000003.seg at "), std::string::npos);
}

TEST_F(ScrubTest, GoesOnWhereItStopped) {
    damage(0);
    damage(2);
    const ScrubReport all = scrub_now();
    EXPECT_EQ(all.findings_count, 2U);
    std::uint64_t payloads = 0;
    std::uint64_t found = 0;
    int parts = 0;
    for (bool finished = false; !finished; ++parts) {
        ASSERT_LT(parts, 100);
        const ScrubReport part = scrub_now(200'000);
        EXPECT_EQ(part.resumed, parts > 0);
        payloads += part.payloads;
        found += part.findings_count;
        finished = part.finished;
        EXPECT_EQ(std::filesystem::exists(path() + "/SCRUB"), !finished);
    }
    EXPECT_GT(parts, 4);
    EXPECT_EQ(payloads, all.payloads);
    EXPECT_EQ(found, 2U);
}

TEST_F(ScrubTest, BeginsAnewWhereItIsToldToOrItsNoteIsOfNoUse) {
    const std::uint64_t all = scrub_now().payloads;
    EXPECT_FALSE(scrub_now(200'000).finished);
    EXPECT_EQ(scrub_now(0, true).payloads, all);
    EXPECT_FALSE(scrub_now(200'000).finished);
    flip(path() + "/SCRUB", 3);
    const ScrubReport report = scrub_now();
    EXPECT_FALSE(report.resumed);
    EXPECT_EQ(report.payloads, all);
}

TEST_F(ScrubTest, WhatNobodyNeedsIsCountedOnly) {
    open();
    account("lee");
    auto inbox = open_mailbox("INBOX");
    const UidSet all{{Uid{1}, Uid{1}}};
    ASSERT_TRUE(run(
        inbox->store_flags(all, {FlagChange::How::add, kFlagDeleted, {}}, std::nullopt, nullptr)));
    ASSERT_TRUE(run(inbox->expunge(all, nullptr)));
    inbox.reset();
    close();
    for (const std::string& file : files(".seg")) {
        const std::string octets = get(file);
        const std::size_t at = octets.find("Subject: for lee");
        if (at != std::string::npos) flip(file, at);
    }
    const ScrubReport report = scrub_now();
    EXPECT_EQ(report.findings_count, 0U) << report.findings.at(0);
    EXPECT_EQ(report.unused, 1U);
}

}  // namespace
}  // namespace loam::check
