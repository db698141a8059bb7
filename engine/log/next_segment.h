#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/event.h"
#include "engine/io/gate.h"
#include "engine/io/loop.h"
#include "engine/log/format.h"

namespace loam {

/// Keeps the segment after the one being written allocated and durable, name included, so that the
/// log can always close its segment. Part of LogWriter.
/// Thread: one loop's. Lifetime: borrows `loop` and `disk`; close() before it goes.
class NextSegment {
  public:
    /// `on_change` is called when a file became ready, there is no room for it (which is tried
    /// again every `room_retry` until close()), or making it failed.
    NextSegment(io::Loop& loop, io::Disk& disk, std::string dir, std::uint64_t segment_bytes,
                std::chrono::nanoseconds room_retry, std::function<void()> on_change);
    NextSegment(const NextSegment&) = delete;
    NextSegment& operator=(const NextSegment&) = delete;

    /// Begins to make `id` ready in the background.
    void prepare(SegmentId id);
    /// The open file, once ready; prepare() comes next. Its header is zeros.
    std::unique_ptr<io::File> take();
    bool ready() const { return file_ != nullptr; }
    bool no_room() const { return no_room_; }
    /// What failed, other than room. The writer stops then.
    const Status& status() const { return status_; }
    std::uint64_t segment_bytes() const { return segment_bytes_; }
    Task<void> close();

  private:
    Task<void> run(SegmentId id);
    Task<Status> make(std::string path);
    Task<Result<std::unique_ptr<io::File>>> open_leftover(std::string path);

    io::Loop& loop_;
    io::Disk& disk_;
    const std::string dir_;
    const std::uint64_t segment_bytes_;
    const std::chrono::nanoseconds room_retry_;
    const std::function<void()> on_change_;
    std::unique_ptr<io::File> file_;
    Status status_;
    bool no_room_ = false;
    bool closing_ = false;
    io::Event retry_;
    io::Loop::TimerId retry_timer_ = 0;
    io::Gate gate_;
};

}  // namespace loam
