#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "bench/load/address.h"
#include "bench/load/loop.h"
#include "bench/load/response_reader.h"
#include "bench/load/stream.h"

namespace loam::load {

using Clock = std::chrono::steady_clock;

/// An IMAP client that pipelines. Answers other than OK end the run, as an error that names the
/// command. Thread:    the loop's. Lifetime:  borrows the loop and every `message` handed to
/// append() until its answer came.
class ImapClient final : public Handler {
  public:
    /// Called with the milliseconds from the command's first octet to its tagged OK.
    using OnDone = std::function<Status(double elapsed_ms)>;
    /// Called with each untagged response that comes while the command is the oldest one in flight.
    using OnData = std::function<Status(const Response& response)>;

    /// Connects and waits for the greeting, which comes before the answer to the first command.
    /// Errors: io.
    static Result<std::unique_ptr<ImapClient>> connect(Loop& loop, const Address& address,
                                                       std::string name);

    void command(std::string text, OnDone done, OnData data = {});
    /// APPEND with a synchronizing literal: RFC 9051 section 6.3.12. Nothing else may be in flight.
    void append(std::string_view mailbox, std::string_view message, OnDone done);
    /// IDLE: RFC 9051 section 6.3.13. `started` when the server says `+`, `data` for what it tells.
    void idle(OnDone started, OnData data);

    Status on_ready() override;
    /// Writes what was queued outside on_ready().
    Status flush() { return stream_.flush(); }
    const Stream& stream() const { return stream_; }

  private:
    struct Pending {
        std::string text;
        Clock::time_point begun;
        OnDone done;
        OnData data;
        std::string_view literal;  ///< goes out when the server asks for it
        bool is_idle = false;
    };

    ImapClient(int fd, std::string name) : stream_(fd), name_(std::move(name)) {}
    void submit(Pending pending);
    Status take(const Response& response);
    Status take_tagged(const Response& response);
    Status take_continuation();
    Error error(std::string_view what) const;

    Stream stream_;
    std::string name_;
    ResponseReader reader_;
    std::deque<Pending> in_flight_;
    std::uint64_t next_tag_ = 1;   ///< of the next command
    std::uint64_t front_tag_ = 1;  ///< of the oldest command in flight
    bool greeted_ = false;
};

/// `text` as an IMAP quoted string: RFC 9051 section 4.3.
std::string quoted(std::string_view text);

/// Milliseconds since `begin`.
double elapsed_ms(Clock::time_point begin);

}  // namespace loam::load
