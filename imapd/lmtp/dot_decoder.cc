#include "imapd/lmtp/dot_decoder.h"

#include <algorithm>

namespace loam::lmtp {

namespace {

constexpr std::byte kCr{'\r'};
constexpr std::byte kLf{'\n'};
constexpr std::byte kDot{'.'};

}  // namespace

std::size_t DotDecoder::feed(Bytes in, ByteVector& out) {
    std::size_t at = 0;
    while (at < in.size() && state_ != State::done) {
        if (state_ == State::text) {
            // The bulk of a message: everything up to the next CR goes as it is.
            const auto rest = in.subspan(at);
            const auto cr = std::ranges::find(rest, kCr);
            out.insert(out.end(), rest.begin(), cr);
            at += static_cast<std::size_t>(cr - rest.begin());
            if (at == in.size()) break;
        }
        const std::byte octet = in[at++];
        switch (state_) {
            case State::line_start:
                if (octet == kDot) {
                    state_ = State::dot;
                    continue;
                }
                break;
            case State::cr:
                if (octet == kLf) {
                    out.push_back(octet);
                    state_ = State::line_start;
                    continue;
                }
                break;
            case State::dot:
                if (octet == kCr) {
                    state_ = State::dot_cr;
                    continue;
                }
                break;  // the first dot was stuffing
            case State::dot_cr:
                if (octet == kLf) {
                    state_ = State::done;
                    continue;
                }
                out.push_back(kCr);
                break;
            case State::text:
            case State::done:
                break;
        }
        out.push_back(octet);
        state_ = octet == kCr ? State::cr : State::text;
    }
    return at;
}

}  // namespace loam::lmtp
