#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/io/net.h"
#include "engine/io/task.h"

namespace loam::testing {

/// What came for one command.
struct Answer {
    std::vector<std::string> untagged;  ///< without "* ", literals in place
    std::string tagged;                 ///< without the tag, such as "OK [APPENDUID 1 2] done"
    bool ok() const { return tagged.starts_with("OK"); }
    /// Some untagged response contains `text`.
    bool tells(std::string_view text) const;
};

/// One IMAP client on a simulated connection. Nothing instead of an answer: the connection is over.
/// Thread: the loop of the net that made the stream.
class SimClient {
  public:
    explicit SimClient(std::unique_ptr<io::Stream> stream) : stream_(std::move(stream)) {}

    /// The greeting.
    Task<bool> begin();
    Task<std::optional<Answer>> command(std::string text);
    /// `text` and a literal, synchronizing or not (RFC 7888). `octets_sent` is how much of the
    /// literal goes out before the client resets the connection; all of it if that is too large.
    Task<std::optional<Answer>> command_with_literal(std::string text, std::string literal,
                                                     bool synchronizing, std::size_t octets_sent);
    void reset() { stream_->shutdown(); }

  private:
    Task<std::optional<std::string>> read_response();
    Task<bool> read_more();
    Task<std::optional<Answer>> read_answer(std::string tag, Answer answer);

    std::unique_ptr<io::Stream> stream_;
    std::string input_;
    std::uint32_t last_tag_ = 0;
};

}  // namespace loam::testing
