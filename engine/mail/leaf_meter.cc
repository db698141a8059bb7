#include "engine/mail/leaf_meter.h"

#include <algorithm>
#include <cstring>

namespace loam::mail {

namespace {

// Raw octets decoded at once, so that the scratch buffer stays in the cache.
constexpr std::size_t kPieceBytes = 32U << 10;

std::uint64_t count(Bytes octets, char c) {
    return static_cast<std::uint64_t>(std::count(octets.begin(), octets.end(), std::byte(c)));
}

std::uint64_t count_crlf(Bytes octets) {
    std::uint64_t pairs = 0;
    for (std::size_t i = 1; i < octets.size(); ++i) {
        const bool cr = octets[i - 1] == std::byte{'\r'};
        const bool lf = octets[i] == std::byte{'\n'};
        pairs += static_cast<unsigned>(cr) & static_cast<unsigned>(lf);  // without a branch
    }
    return pairs;
}

}  // namespace

void LeafMeter::start(Encoding transfer, bool text) {
    transfer_.emplace<std::monostate>();
    if (transfer == Encoding::base64) transfer_.emplace<Base64Decoder>();
    if (transfer == Encoding::quoted_printable) transfer_.emplace<QuotedPrintableDecoder>();
    text_ = text;
    bytes_ = 0;
    added_ = 0;
    after_cr_ = false;
    nul_ = false;
}

void LeafMeter::feed(Bytes raw) {
    if (std::holds_alternative<std::monostate>(transfer_)) return decoded(raw);
    while (!raw.empty()) {
        const Bytes piece = raw.first(std::min(raw.size(), kPieceBytes));
        raw = raw.subspan(piece.size());
        scratch_.clear();
        if (auto* base64 = std::get_if<Base64Decoder>(&transfer_)) base64->feed(piece, scratch_);
        if (auto* qp = std::get_if<QuotedPrintableDecoder>(&transfer_)) qp->feed(piece, scratch_);
        decoded(scratch_);
    }
}

void LeafMeter::finish(Part& part) {
    scratch_.clear();
    if (auto* base64 = std::get_if<Base64Decoder>(&transfer_)) base64->finish(scratch_);
    if (auto* qp = std::get_if<QuotedPrintableDecoder>(&transfer_)) qp->finish(scratch_);
    decoded(scratch_);
    part.decoded_bytes = bytes_ + added_;
    part.needs_crlf = added_ > 0;
    part.nul_decoded = nul_;
}

void LeafMeter::decoded(Bytes octets) {
    if (octets.empty()) return;
    bytes_ += octets.size();
    nul_ = nul_ || std::memchr(octets.data(), 0, octets.size()) != nullptr;
    if (!text_) return;
    // Each CR and each LF that is not half of a pair needs its other half.
    const bool pair_across = after_cr_ && octets.front() == std::byte{'\n'};
    const std::uint64_t pairs = count_crlf(octets) + (pair_across ? 1 : 0);
    added_ += count(octets, '\r') + count(octets, '\n');
    added_ -= 2 * pairs;
    after_cr_ = octets.back() == std::byte{'\r'};
}

}  // namespace loam::mail
