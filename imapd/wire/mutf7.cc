#include "imapd/wire/mutf7.h"

#include <array>
#include <cstdint>
#include <optional>

#include "engine/base/check.h"
#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

// RFC 3501 section 5.1.3: base64 with "," for "/", and no padding.
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

constexpr std::array<std::int8_t, 256> make_values() {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    return values;
}

constexpr std::array<std::int8_t, 256> kValues = make_values();

bool stands_for_itself(char32_t code_point) {
    return code_point >= 0x20 && code_point <= 0x7E;
}

/// Writes one shifted run, UTF-16 units in base64, from "&" to "-".
class Shift {
  public:
    explicit Shift(std::string& out) : out_(out) { out_ += '&'; }
    void put(char32_t code_point) {
        if (code_point < 0x10000) return put_unit(code_point);
        code_point -= 0x10000;
        put_unit(0xD800U | (code_point >> 10U));
        put_unit(0xDC00U | (code_point & 0x3FFU));
    }
    void finish() {
        if (bit_count_ > 0) out_ += kAlphabet[(bits_ << (6U - bit_count_)) & 0x3FU];
        out_ += '-';
    }

  private:
    void put_unit(char32_t unit) {
        bits_ = (bits_ << 16U) | unit;
        bit_count_ += 16;
        while (bit_count_ >= 6) {
            bit_count_ -= 6;
            out_ += kAlphabet[(bits_ >> bit_count_) & 0x3FU];
        }
        bits_ &= (1U << bit_count_) - 1;
    }

    std::string& out_;
    std::uint32_t bits_ = 0;
    std::uint32_t bit_count_ = 0;
};

Error refuse(const char* why) {
    return fail(Errc::unsupported, std::string("not valid modified UTF-7: ") + why);
}

/// Collects the UTF-16 units of one run and appends what they spell.
class Unshift {
  public:
    explicit Unshift(std::string& out) : out_(out) {}

    Status put(std::uint32_t six_bits) {
        bits_ = (bits_ << 6U) | six_bits;
        bit_count_ += 6;
        if (bit_count_ < 16) return Status::good();
        bit_count_ -= 16;
        const char32_t unit = bits_ >> bit_count_;
        bits_ &= (1U << bit_count_) - 1;
        return put_unit(unit);
    }

    Status finish() const {
        if (high_ != 0) return refuse("lone surrogate");
        if (bit_count_ >= 6) return refuse("odd octets");
        if (bits_ != 0) return refuse("left-over bits are not zero");
        return Status::good();
    }

  private:
    Status put_unit(char32_t unit) {
        const bool low = unit >= 0xDC00 && unit < 0xE000;
        if (low != (high_ != 0)) return refuse("lone surrogate");
        if (low) {
            append_utf8(out_, 0x10000 + ((high_ & 0x3FFU) << 10U) + (unit & 0x3FFU));
            high_ = 0;
        } else if (unit >= 0xD800 && unit < 0xDC00) {
            high_ = unit;
        } else if (stands_for_itself(unit)) {
            return refuse("a shifted character that needs no shift");
        } else {
            append_utf8(out_, unit);
        }
        return Status::good();
    }

    std::string& out_;
    std::uint32_t bits_ = 0;
    std::uint32_t bit_count_ = 0;
    char32_t high_ = 0;
};

/// `text` begins behind "&" and is left behind "-".
Status decode_run(std::string_view& text, std::string& out) {
    Unshift run(out);
    while (!text.empty() && text.front() != '-') {
        const std::int8_t value = kValues[static_cast<unsigned char>(text.front())];
        if (value < 0) return refuse("a shift without its end");
        LOAM_TRY_STATUS(run.put(static_cast<std::uint32_t>(value)));
        text.remove_prefix(1);
    }
    if (text.empty()) return refuse("a shift without its end");
    text.remove_prefix(1);
    return run.finish();
}

}  // namespace

std::string encode_mutf7(std::string_view utf8) {
    std::string out;
    std::optional<Shift> shift;
    while (!utf8.empty()) {
        const auto code_point = take_utf8(utf8);
        LOAM_CHECK(code_point.has_value());  // the caller holds a canonical name
        if (!stands_for_itself(*code_point)) {
            if (!shift) shift.emplace(out);
            shift->put(*code_point);
            continue;
        }
        if (shift) shift->finish();
        shift.reset();
        out += static_cast<char>(*code_point);
        if (*code_point == '&') out += '-';
    }
    if (shift) shift->finish();
    return out;
}

Result<std::string> decode_mutf7(std::string_view text) {
    std::string out;
    bool after_run = false;  // a run ended just before: another one should have been part of it
    while (!text.empty()) {
        const char c = text.front();
        if (c < 0x20 || c > 0x7E) return refuse("an octet that is not printable ASCII");
        text.remove_prefix(1);
        if (c != '&') {
            out += c;
            after_run = false;
        } else if (text.starts_with('-')) {
            text.remove_prefix(1);
            out += '&';
            after_run = false;
        } else {
            if (text.empty()) return refuse("bare \"&\"");
            if (after_run) return refuse("superfluous shift");
            LOAM_TRY_STATUS(decode_run(text, out));
            after_run = true;
        }
    }
    return out;
}

}  // namespace loam::imap
