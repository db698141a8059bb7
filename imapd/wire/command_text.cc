#include "imapd/wire/command_text.h"

#include <limits>
#include <utility>

#include "engine/base/check.h"
#include "imapd/wire/chars.h"

namespace loam::imap {

// suffix := ["~"] "{" 1*DIGIT ["+"] "}" at the very end of the line
Result<std::optional<LiteralSuffix>> parse_literal_suffix(std::string_view line) {
    using None = std::optional<LiteralSuffix>;
    if (!line.ends_with('}')) return None{};
    const std::size_t open = line.rfind('{');
    if (open == std::string_view::npos) return None{};
    LiteralSuffix suffix{.at_bytes = open};
    std::string_view digits = line.substr(open + 1, line.size() - open - 2);
    if (digits.ends_with('+')) {
        suffix.non_sync = true;
        digits.remove_suffix(1);
    }
    if (digits.empty()) return None{};
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    bool too_big = false;
    for (const char c : digits) {
        if (!is_digit(c)) return None{};
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (suffix.size_bytes > (kMax - digit) / 10) too_big = true;
        if (!too_big) suffix.size_bytes = suffix.size_bytes * 10 + digit;
    }
    if (too_big) return fail(Errc::limit, "literal: size beyond 63 bits");
    if (open > 0 && line[open - 1] == '~') {
        suffix.binary = true;
        --suffix.at_bytes;
    }
    return None{suffix};
}

Result<std::optional<LiteralSuffix>> CommandText::add_line(std::string_view line) {
    LOAM_CHECK(!pending_);
    if (line.size() > kCommandBytesMax - size_bytes_)
        return fail(Errc::limit, "command: longer than the server takes");
    LOAM_TRY(pending_, parse_literal_suffix(line));
    if (pending_ && ++literals_ > kCommandLiteralsMax) {
        pending_.reset();
        return fail(Errc::limit, "command: too many literals");
    }
    const std::size_t kept = pending_ ? pending_->at_bytes : line.size();
    pieces_.push_back({.octets = std::string(line.substr(0, kept)), .at_bytes = size_bytes_});
    size_bytes_ += line.size();
    return pending_;
}

Status CommandText::add_literal(std::string octets) {
    LOAM_CHECK(pending_.has_value());
    LOAM_CHECK(octets.size() == pending_->size_bytes);
    if (octets.size() > kArgumentLiteralBytesMax)
        return fail(Errc::limit, "literal: longer than an argument may be");
    if (octets.size() > kCommandBytesMax - size_bytes_)
        return fail(Errc::limit, "command: longer than the server takes");
    const std::size_t at_bytes = size_bytes_;
    size_bytes_ += octets.size();
    pieces_.push_back({.octets = std::move(octets),
                       .is_literal = true,
                       .binary = pending_->binary,
                       .at_bytes = at_bytes});
    pending_.reset();
    return Status::good();
}

void CommandText::clear() {
    *this = CommandText();
}

}  // namespace loam::imap
