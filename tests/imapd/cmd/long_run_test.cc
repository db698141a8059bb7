#include "imapd/cmd/long_run.h"

#include <chrono>

#include <gtest/gtest.h>

#include "engine/io/sim/sim_loop.h"
#include "engine/io/sim/sim_run.h"

namespace loam::imap {
namespace {

using std::chrono::seconds;

/// A port whose client reads until it is gone.
class ReadingPort final : public Port {
  public:
    explicit ReadingPort(io::Loop& loop) : loop_(loop) {}
    io::Loop& loop() override { return loop_; }
    io::Event& wake() override { return wake_; }
    bool alive() const override { return alive_; }
    bool stopping() const override { return false; }
    Task<Result<std::string>> read_line() override { co_return fail(Errc::closed, "no input"); }
    bool line_ready() override { return false; }
    Task<Result<Bytes>> read_some(std::uint64_t) override {
        co_return fail(Errc::closed, "no input");
    }
    Task<void> wait() override { co_return; }
    std::string& out() override { return out_; }
    Task<Status> flush() override {
        heard += std::exchange(out_, {});
        alive_ = !gone;
        co_return alive_ ? Status::good() : Status(fail(Errc::closed, "gone"));
    }
    void abort() override { alive_ = false; }
    Task<Status> move_to(io::Loop&) override { co_return Status::good(); }
    void set_authenticated(bool) override {}
    bool can_start_tls() const override { return false; }
    Task<Status> start_tls() override { co_return Status::good(); }
    bool can_compress() const override { return false; }
    void start_compression() override {}
    bool secure() const override { return false; }
    std::string channel_binding() const override { return {}; }
    std::string certificate_user(CertificateUser) const override { return {}; }
    bool peer_is_loopback() const override { return true; }
    std::string peer() const override { return {}; }

    std::string heard;
    bool gone = false;

  private:
    io::Loop& loop_;
    io::Event wake_;
    std::string out_;
    bool alive_ = true;
};

struct LongRunTest : ::testing::Test {
    io::SimWorld world{3};
    io::SimLoop loop{world};
    ReadingPort port{loop};
    SearchProgress progress;

    LongRun run_of(std::string_view tag) { return {port, Mode::r1, tag, progress}; }
};

// Reads ten messages a second.
Task<Result<int>> read_messages(ReadingPort& port, SearchProgress& progress, std::uint64_t count) {
    progress.goal = count;
    while (progress.done < count) {
        if (!port.alive()) co_return fail(Errc::closed, "search given up");
        co_await io::sleep_until(port.loop(), port.loop().now() + seconds(1));
        progress.done += 10;
    }
    co_return 7;
}

// RFC 9585 section 4.
TEST_F(LongRunTest, TellsEveryTenSecondsHowFarItIs) {
    const auto done =
        io::run_sim(loop, with_reports(run_of("a1"), read_messages(port, progress, 255)));
    ASSERT_TRUE(done);
    EXPECT_EQ(*done, 7);
    const std::size_t first = port.heard.find("* OK [INPROGRESS (\"a1\" ");
    const std::size_t second = port.heard.find("* OK [INPROGRESS (\"a1\" ", first + 1);
    ASSERT_NE(second, std::string::npos) << port.heard;
    EXPECT_EQ(port.heard.find("INPROGRESS", second + 10), std::string::npos) << port.heard;
    EXPECT_TRUE(port.heard.contains(" 255)] ")) << port.heard;
    EXPECT_TRUE(port.out().empty());
}

TEST_F(LongRunTest, SaysNothingOfWhatIsSoonDone) {
    ASSERT_TRUE(io::run_sim(loop, with_reports(run_of("a1"), read_messages(port, progress, 30))));
    EXPECT_EQ(port.heard, "");
    progress = {};
    ASSERT_TRUE(io::run_sim(loop, with_reports(run_of("a1"), read_messages(port, progress, 0))));
    EXPECT_EQ(port.heard, "");
}

TEST_F(LongRunTest, EndsWhenNobodyHearsIt) {
    port.gone = true;
    const io::Monotonic start = loop.now();
    const auto done =
        io::run_sim(loop, with_reports(run_of("a1"), read_messages(port, progress, 100'000)));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::closed);
    EXPECT_LT(loop.now() - start, seconds(13));
}

// RFC 9585 section 5.
TEST(InProgress, CodeSaysWhatIsKnown) {
    EXPECT_EQ(code_inprogress("a1", {.done = 175, .goal = 1000}), "INPROGRESS (\"a1\" 175 1000)");
    EXPECT_EQ(code_inprogress("a1", {}), "INPROGRESS (\"a1\" NIL NIL)");
    EXPECT_EQ(code_inprogress("a1", {.done = 5, .goal = 5}), "INPROGRESS (\"a1\" NIL NIL)");
    EXPECT_EQ(code_inprogress("a]1", {.done = 0, .goal = 5}), "INPROGRESS (NIL 0 5)");
}

}  // namespace
}  // namespace loam::imap
