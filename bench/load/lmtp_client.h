#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/address.h"
#include "bench/load/imap_client.h"
#include "bench/load/loop.h"
#include "bench/load/stream.h"

namespace loam::load {

/// An LMTP client: RFC 2033. MAIL, RCPT and DATA go out together (RFC 2920). A reply that is not
/// the wanted one ends the run, as an error that quotes it. Thread:    the loop's. Lifetime:
/// borrows the loop, and the message and recipients of a delivery until it is done.
class LmtpClient final : public Handler {
  public:
    using OnDone = std::function<Status(double elapsed_ms)>;

    /// Connects; `ready` is called after the answer to LHLO. Errors: io.
    static Result<std::unique_ptr<LmtpClient>> connect(Loop& loop, const Address& address,
                                                       std::string name, OnDone ready);

    /// Delivers `stuffed`, see dot_stuffed(), to `recipients`. `done` comes after the last one's
    /// 250.
    void deliver(const std::vector<std::string>& recipients, std::string_view stuffed, OnDone done);

    Status on_ready() override;
    /// Writes what was queued outside on_ready().
    Status flush() { return stream_.flush(); }
    const Stream& stream() const { return stream_; }

  private:
    enum class Step { greeting, hello, mail, recipients, data, delivered };

    LmtpClient(int fd, std::string name, OnDone ready)
        : stream_(fd), name_(std::move(name)), done_(std::move(ready)) {}
    Status take(std::string_view reply);
    Status take_in_transaction(std::string_view reply);
    Error error(std::string_view what) const;

    Stream stream_;
    std::string name_;
    OnDone done_;
    std::string buffer_;
    Step step_ = Step::greeting;
    std::size_t replies_left_ = 0;  ///< of this step
    std::size_t recipients_ = 0;
    std::string_view stuffed_;
    Clock::time_point begun_;
};

}  // namespace loam::load
