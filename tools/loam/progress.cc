#include "tools/loam/progress.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace loam::tool {

namespace {

constexpr std::size_t kBarWidth = 30;
constexpr std::chrono::milliseconds kRedraw{100};

}  // namespace

Progress::Progress(std::uint64_t octets_total)
    : shown_(isatty(STDERR_FILENO) != 0), total_(std::max<std::uint64_t>(octets_total, 1)) {}

Progress::~Progress() {
    if (shown_) std::fputs("\r\033[K", stderr);
}

void Progress::advance(std::uint64_t messages, std::uint64_t octets) {
    messages_ += messages;
    octets_ += octets;
    if (shown_ && Clock::now() - drawn_ >= kRedraw) draw();
}

void Progress::draw() {
    drawn_ = Clock::now();
    const double seconds = std::max(std::chrono::duration<double>(drawn_ - start_).count(), 0.001);
    const double part = std::min(1.0, static_cast<double>(octets_) / static_cast<double>(total_));
    const auto filled = static_cast<std::size_t>(part * kBarWidth);
    const std::string bar = std::string(filled, '#') + std::string(kBarWidth - filled, '.');
    const double left = part > 0 ? seconds * (1 - part) / part : 0;
    std::fprintf(stderr, "\r\033[K[%s] %3.0f %%  %llu messages, %.0f/s, %.1f MB/s, %.0f s left",
                 bar.c_str(), part * 100, static_cast<unsigned long long>(messages_),
                 static_cast<double>(messages_) / seconds,
                 static_cast<double>(octets_) / 1e6 / seconds, left);
}

}  // namespace loam::tool
