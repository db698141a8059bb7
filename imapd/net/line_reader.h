#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/event.h"
#include "engine/io/gate.h"
#include "engine/io/net.h"
#include "engine/io/task.h"
#include "imapd/wire/input_buffer.h"

namespace loam::imap {

/// Reads a stream on demand: a receive is under way only while somebody wants input, so a peer that
/// sends faster than it is served is held back by its own socket, and nothing is under way between
/// two commands. Its end sets `wake`; the owner waits on that, for other causes as well.
/// Thread:   the stream's loop. Lifetime: borrows `wake`, `octets` and the stream; close() before
/// the end.
class LineReader {
  public:
    /// `octets` counts what comes in.
    LineReader(io::Event& wake, std::size_t line_bytes_max, std::atomic<std::uint64_t>& octets)
        : wake_(wake), octets_(octets), buffer_(line_bytes_max) {}
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;
    ~LineReader() = default;

    /// At first, and again with the same connection's stream on another loop. No receive may be
    /// under way.
    void attach(io::Stream& stream);
    InputBuffer& buffer() { return buffer_; }
    /// Begins a receive unless one is under way or the stream has ended.
    void want();
    bool receiving() const { return receiving_; }
    /// The stream gave its last octets; what is buffered may still be used.
    bool ended() const { return ended_; }
    /// Waits for the receive that is under way. The stream has been shut down.
    Task<void> close() { return gate_.close(); }

  private:
    Task<void> receive();

    io::Event& wake_;
    std::atomic<std::uint64_t>& octets_;
    io::Stream* stream_ = nullptr;
    InputBuffer buffer_;
    io::Gate gate_;
    bool receiving_ = false;
    bool ended_ = false;
};

}  // namespace loam::imap
