// A store in use reads its own log: damage is named, and writers go on.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "engine/keep/scrub_note.h"
#include "tests/engine/api/store_fixture.h"

namespace loam {
namespace {

class LiveScrub : public StoreFixture {
  protected:
    void SetUp() override {
        segment_bytes_ = 1U << 20;
        before_ = spdlog::default_logger();
        const auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(lines_);
        spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink));
        open();
        add_user("kim");
        account("kim");
        for (int i = 0; i < 30; ++i)
            ASSERT_TRUE(append("INBOX", text_of(i)));
    }
    void TearDown() override {
        if (store_) close();
        spdlog::set_default_logger(before_);
    }
    /// Hardly smaller when compressed, so that several segments are filled.
    static std::string text_of(int number) {
        std::string text = "Subject: " + std::to_string(number) + "\r\n\r\n";
        std::uint64_t state = static_cast<std::uint64_t>(number) + 1;
        while (text.size() < 100'000) {
            state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
            text += std::to_string(state) + "\r\n";
        }
        return text;
    }
    std::string segment(int number) const {
        return dir_.path() + "/store/log/0/0000000" + std::to_string(number) + ".seg";
    }
    static void flip(const std::string& file, std::uint64_t at) {
        std::fstream both(file, std::ios::binary | std::ios::in | std::ios::out);
        both.seekg(static_cast<std::streamoff>(at));
        const int octet = both.get();
        ASSERT_GT(octet, 0) << "an octet of something";
        both.seekp(static_cast<std::streamoff>(at));
        both.put(static_cast<char>(octet ^ 4));
    }
    std::uint64_t stat(const std::string& name) {
        const auto stats = run(store_->stats(*reactor_));
        const auto found = std::ranges::find(*stats, name, &Store::Stat::name);
        EXPECT_NE(found, stats->end()) << name;
        return found->value;
    }
    void scrub() {
        const Status done = run(store_->scrub(*reactor_));
        EXPECT_TRUE(done) << done.error().what;
    }

    std::ostringstream lines_;
    std::shared_ptr<spdlog::logger> before_;
};

TEST_F(LiveScrub, AllIsWell) {
    scrub();
    EXPECT_EQ(stat("scrub_damages"), 0U);
    EXPECT_EQ(stat("scrub_finished_damages"), 0U);
    EXPECT_EQ(stat("scrub_running"), 0U);
    EXPECT_EQ(stat("scrub_segments_left"), 0U);
    EXPECT_GT(stat("scrub_octets"), 1'000'000U);
    EXPECT_GT(stat("scrub_finished_s"), 1'000'000'000U);
    EXPECT_TRUE(lines_.str().contains("read to its end, 0 damages"));
}

TEST_F(LiveScrub, AFlippedOctetIsNamedAndMailGoesOn) {
    flip(segment(1), 500'000);
    scrub();
    EXPECT_EQ(stat("scrub_damages"), 1U);
    EXPECT_EQ(stat("scrub_finished_damages"), 1U);
    EXPECT_TRUE(lines_.str().contains("account 1 content ")) << lines_.str();
    EXPECT_TRUE(lines_.str().contains("(INBOX uid ")) << lines_.str();
    EXPECT_TRUE(lines_.str().contains("00000001.seg at ")) << lines_.str();
    ASSERT_TRUE(append("INBOX", text_of(100)));
    EXPECT_EQ(read_message(open_mailbox("INBOX")->messages().back().cid), text_of(100));
}

TEST_F(LiveScrub, DamagedRecordsOfOneSegmentHideNoDamageInAnother) {
    flip(segment(1), 4096 + 96);  // the first group's record table
    flip(segment(2), 60'000);
    scrub();
    EXPECT_EQ(stat("scrub_damages"), 2U) << lines_.str();
    EXPECT_TRUE(lines_.str().contains("00000001.seg at 4096")) << lines_.str();
    EXPECT_TRUE(lines_.str().contains("00000002.seg at ")) << lines_.str();
}

TEST_F(LiveScrub, WhatWasErasedIsNoDamage) {
    close();
    erase_after_ = std::chrono::seconds(0);
    open();
    account("kim");
    const auto inbox = open_mailbox("INBOX");
    const UidSet some{{Uid{3}, Uid{5}}};
    const FlagChange deleted{FlagChange::How::add, kFlagDeleted, {}};
    ASSERT_TRUE(run(inbox->store_flags(some, deleted, std::nullopt, nullptr)));
    ASSERT_TRUE(run(inbox->expunge(some, nullptr)));
    ASSERT_TRUE(run(store_->erase_due(*reactor_)));
    EXPECT_EQ(stat("erased_contents"), 3U);
    scrub();
    EXPECT_EQ(stat("scrub_damages"), 0U) << lines_.str();
}

TEST_F(LiveScrub, ARestartKnowsWhatThePassBeforeFound) {
    flip(segment(1), 500'000);
    scrub();
    const std::uint64_t finished = stat("scrub_finished_s");
    reopen();
    // What the pass before left is read beside everything else.
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (stat("scrub_finished_s") == 0 && std::chrono::steady_clock::now() < patience)
        std::this_thread::yield();
    EXPECT_EQ(stat("scrub_finished_s"), finished);
    EXPECT_EQ(stat("scrub_finished_damages"), 1U);
}

TEST(ScrubNote, AnOctetThatIsNotWhatWasWrittenMakesItNone) {
    const keep::ScrubNote note{
        .begun_us = 5, .next = 7, .damages = 1, .finished_us = 4, .last_damages = 2};
    const std::string octets = keep::encode_scrub_note(note);
    EXPECT_EQ(keep::decode_scrub_note(as_bytes(octets)), note);
    for (std::size_t at = 0; at < octets.size(); ++at) {
        std::string damaged = octets;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        EXPECT_EQ(keep::decode_scrub_note(as_bytes(damaged)), std::nullopt) << at;
    }
    EXPECT_EQ(keep::decode_scrub_note(as_bytes(octets.substr(1))), std::nullopt);
    EXPECT_EQ(keep::decode_scrub_note({}), std::nullopt);
}

}  // namespace
}  // namespace loam
