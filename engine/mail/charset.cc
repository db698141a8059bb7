#include "engine/mail/charset.h"

#include <array>
#include <cstring>
#include <utility>

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucnv_err.h>

#include "engine/base/check.h"
#include "engine/mail/charset_name.h"

namespace loam::mail {

namespace {

constexpr std::size_t kPivotUnits = 1024;
constexpr std::size_t kTargetBytes = 4096;

// Code points of the octets 0x80 to 0x9F in windows-1252; those without a character stay controls.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

char16_t code_point_1252(unsigned char octet) {
    if (octet < 0x80 || octet > 0x9F) return octet;
    return kWindows1252[octet - 0x80U];
}

void append_1252(unsigned char octet, std::string& out) {
    const auto code = static_cast<std::uint32_t>(code_point_1252(octet));
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

struct Range {
    unsigned char low;
    unsigned char high;
};

// Allowed second octets, by the first: RFC 3629 section 4.
Range second_octet(unsigned char first) {
    switch (first) {
        case 0xE0:
            return {0xA0, 0xBF};
        case 0xED:
            return {0x80, 0x9F};
        case 0xF0:
            return {0x90, 0xBF};
        case 0xF4:
            return {0x80, 0x8F};
        default:
            return {0x80, 0xBF};
    }
}

std::size_t sequence_bytes(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return 2;
    if (first >= 0xE0 && first <= 0xEF) return 3;
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

// ICU calls this for octets that mean nothing in the charset.
void write_as_1252(const void* context, UConverterToUnicodeArgs* args, const char* octets,
                   int32_t count, UConverterCallbackReason reason, UErrorCode* error) {
    if (reason > UCNV_IRREGULAR) return;  // reset, close, clone
    *static_cast<bool*>(const_cast<void*>(context)) = true;
    *error = U_ZERO_ERROR;
    for (int32_t i = 0; i < count; ++i) {
        const UChar unit = code_point_1252(static_cast<unsigned char>(octets[i]));
        ucnv_cbToUWriteUChars(args, &unit, 1, 0, error);
    }
}

struct CloseConverter {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

Converter open_converter(const std::string& name) {
    UErrorCode error = U_ZERO_ERROR;
    Converter converter(name.empty() ? nullptr : ucnv_open(name.c_str(), &error));
    return U_SUCCESS(error) ? std::move(converter) : nullptr;
}

}  // namespace

std::size_t ascii_run(std::string_view text) {
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    std::size_t at = 0;
    while (text.size() - at >= 4 * sizeof(std::uint64_t)) {
        std::array<std::uint64_t, 4> words{};
        std::memcpy(words.data(), text.data() + at, sizeof(words));
        if (((words[0] | words[1] | words[2] | words[3]) & kHighBits) != 0) break;
        at += sizeof(words);
    }
    while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80)
        ++at;
    return at;
}

std::size_t utf8_sequence(std::string_view text, bool& cut_short) {
    cut_short = false;
    if (text.empty()) return 0;
    const std::size_t bytes = sequence_bytes(static_cast<unsigned char>(text[0]));
    if (bytes < 2) return bytes;
    const Range second = second_octet(static_cast<unsigned char>(text[0]));
    for (std::size_t i = 1; i < bytes; ++i) {
        if (i == text.size()) {
            cut_short = true;
            return 0;
        }
        const auto octet = static_cast<unsigned char>(text[i]);
        const Range range = i == 1 ? second : Range{0x80, 0xBF};
        if (octet < range.low || octet > range.high) return 0;
    }
    return bytes;
}

bool valid_utf8(std::string_view text) {
    bool cut_short = false;
    while (!text.empty()) {
        const std::size_t bytes = utf8_sequence(text, cut_short);
        if (bytes == 0) return false;
        text.remove_prefix(bytes);
    }
    return true;
}

class TextDecoder::Impl {
  public:
    explicit Impl(std::string_view charset) {
        const auto name = icu_charset_name(charset);
        single_octets_ = name == "windows-1252";
        converter_ = single_octets_ ? nullptr : open_converter(name.value_or(""));
        known_ =
            single_octets_ || converter_ != nullptr || (name && name->empty() && !charset.empty());
        if (converter_ == nullptr) return;
        UErrorCode error = U_ZERO_ERROR;
        utf8_ = Converter(ucnv_open("UTF-8", &error));
        ucnv_setToUCallBack(converter_.get(), write_as_1252, &errors_, nullptr, nullptr, &error);
        LOAM_CHECK(U_SUCCESS(error));
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void feed(std::string_view raw, bool flush, std::string& out) {
        if (converter_ != nullptr) return convert(raw, flush, out);
        if (single_octets_) return read_1252(raw, out);
        if (!cut_.empty() && !raw.empty()) {
            cut_ += raw;
            const std::string joined = std::exchange(cut_, {});
            return read_utf8(joined, flush, out);
        }
        if (flush && raw.empty()) {
            const std::string rest = std::exchange(cut_, {});
            return read_utf8(rest, true, out);
        }
        read_utf8(raw, flush, out);
    }
    bool known() const { return known_; }
    bool had_errors() const { return errors_; }

  private:
    static void read_1252(std::string_view raw, std::string& out);
    void read_utf8(std::string_view raw, bool flush, std::string& out);
    void convert(std::string_view raw, bool flush, std::string& out);

    bool single_octets_ = false;  // windows-1252, by far the most common after UTF-8
    Converter converter_;         // none: UTF-8, with windows-1252 where it is none
    Converter utf8_;
    std::array<UChar, kPivotUnits> pivot_{};
    UChar* pivot_read_ = pivot_.data();
    UChar* pivot_write_ = pivot_.data();
    std::string cut_;  // the first octets of a UTF-8 sequence
    bool known_ = false;
    bool errors_ = false;
};

void TextDecoder::Impl::read_1252(std::string_view raw, std::string& out) {
    while (!raw.empty()) {
        const std::size_t plain = ascii_run(raw);
        out.append(raw.substr(0, plain));
        raw.remove_prefix(plain);
        if (raw.empty()) return;
        append_1252(static_cast<unsigned char>(raw.front()), out);
        raw.remove_prefix(1);
    }
}

void TextDecoder::Impl::read_utf8(std::string_view raw, bool flush, std::string& out) {
    std::size_t at = 0;
    while (at < raw.size()) {
        if (const std::size_t plain = ascii_run(raw.substr(at)); plain > 0) {
            out.append(raw, at, plain);
            at += plain;
            continue;
        }
        bool cut_short = false;
        const std::size_t bytes = utf8_sequence(raw.substr(at), cut_short);
        if (cut_short && !flush) {
            cut_ = raw.substr(at);
            return;
        }
        if (bytes == 0) {
            errors_ = true;
            append_1252(static_cast<unsigned char>(raw[at++]), out);
            continue;
        }
        out.append(raw, at, bytes);
        at += bytes;
    }
}

void TextDecoder::Impl::convert(std::string_view raw, bool flush, std::string& out) {
    const char* source = raw.empty() ? "" : raw.data();  // ICU refuses null
    const char* const source_end = source + raw.size();
    std::array<char, kTargetBytes> target{};
    UErrorCode error = U_BUFFER_OVERFLOW_ERROR;
    while (error == U_BUFFER_OVERFLOW_ERROR) {
        error = U_ZERO_ERROR;
        char* write = target.data();
        ucnv_convertEx(utf8_.get(), converter_.get(), &write, target.data() + target.size(),
                       &source, source_end, pivot_.data(), &pivot_read_, &pivot_write_,
                       pivot_.data() + pivot_.size(), false, flush, &error);
        out.append(target.data(), static_cast<std::size_t>(write - target.data()));
    }
    LOAM_DCHECK(U_SUCCESS(error));
    if (!flush && U_SUCCESS(error)) return;
    ucnv_reset(converter_.get());
    ucnv_reset(utf8_.get());
    pivot_read_ = pivot_write_ = pivot_.data();
}

TextDecoder::TextDecoder(std::string_view charset) : impl_(std::make_unique<Impl>(charset)) {}
TextDecoder::TextDecoder(TextDecoder&&) noexcept = default;
TextDecoder& TextDecoder::operator=(TextDecoder&&) noexcept = default;
TextDecoder::~TextDecoder() = default;

void TextDecoder::feed(Bytes raw, std::string& out) {
    impl_->feed(as_text(raw), false, out);
}
void TextDecoder::finish(std::string& out) {
    impl_->feed("", true, out);
}
bool TextDecoder::known() const {
    return impl_->known();
}
bool TextDecoder::had_errors() const {
    return impl_->had_errors();
}

bool charset_known(std::string_view charset) {
    return TextDecoder(charset).known();
}

std::string to_utf8(std::string_view raw, std::string_view charset) {
    std::string out;
    if (charset.empty() && !valid_utf8(raw)) {
        for (const char c : raw)
            append_1252(static_cast<unsigned char>(c), out);
        return out;
    }
    out.reserve(raw.size());
    TextDecoder decoder(charset);
    decoder.feed(as_bytes(raw), out);
    decoder.finish(out);
    return out;
}

}  // namespace loam::mail
