// Encoded words, charsets and case: valid UTF-8 comes out, wherever the input is cut.
// The first octet of the input picks the charset.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "engine/mail/casemap.h"
#include "engine/mail/charset.h"
#include "engine/mail/encoded_word.h"

using namespace loam::mail;

namespace {

constexpr std::array<std::string_view, 16> kCharsets = {
    "utf-8",        "us-ascii", "iso-8859-1",  "iso-2022-jp", "gb2312", "big5", "euc-jp", "utf-7",
    "windows-1251", "utf-16",   "iso-2022-kr", "ks_c_5601",   "hz",     "scsu", "cp949",  "x-none"};

template <typename Decoder, typename Feed>
std::string in_pieces(Decoder decoder, std::string_view text, std::size_t piece, Feed feed) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += piece)
        feed(decoder, text.substr(at, piece), out);
    decoder.finish(out);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text = loam::as_text(std::as_bytes(std::span(data + 1, size - 1)));
    LOAM_CHECK(valid_utf8(decode_encoded_words(text)));
    const std::string_view charset = kCharsets[data[0] % kCharsets.size()];
    const auto feed = [](TextDecoder& decoder, std::string_view piece, std::string& out) {
        decoder.feed(loam::as_bytes(piece), out);
    };
    const std::string whole = to_utf8(text, charset);
    LOAM_CHECK(valid_utf8(whole));
    LOAM_CHECK(in_pieces(TextDecoder(charset), text, 1, feed) == whole);
    LOAM_CHECK(in_pieces(TextDecoder(charset), text, 3, feed) == whole);

    const auto fold = [](CaseFolder& folder, std::string_view piece, std::string& out) {
        folder.feed(piece, out);
    };
    LOAM_CHECK(valid_utf8(casefold(whole)));
    LOAM_CHECK(in_pieces(CaseFolder(), text, 1, fold) == casefold(text));
    LOAM_CHECK(in_pieces(CaseFolder(), text, 5, fold) == casefold(text));
    return 0;
}
