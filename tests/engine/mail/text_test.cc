// Decoded text for search, and BodyDecoder: what BINARY sends.
#include "engine/mail/text.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/mail/body_decoder.h"

namespace loam::mail {
namespace {

Part text_part(Encoding transfer, std::string charset, std::string type = "text") {
    Part part;
    part.type = std::move(type);
    part.subtype = "plain";
    part.transfer = transfer;
    part.params = {{.name = "charset", .value = std::move(charset)}};
    return part;
}

struct Case {
    const char* why;
    Encoding transfer;
    const char* charset;
    const char* raw;
    const char* plain;
    const char* folded;
};

constexpr Case kCases[] = {
    {"7bit", Encoding::identity, "us-ascii", "Hello\r\n", "Hello\r\n", "HELLO\r\n"},
    {"quoted-printable with a soft break in a word", Encoding::quoted_printable, "utf-8",
     "gr=C3=\r\n=BCn", "grün", "GRU\xCC\x88N"},
    {"base64", Encoding::base64, "utf-8", "Z3LD\r\nvG4=\r\n", "grün", "GRU\xCC\x88N"},
    {"base64 of another charset", Encoding::base64, "koi8-r", "9MXT1A==", "Тест", "ТЕСТ"},
    {"an unknown encoding is read as it is", Encoding::unknown, "us-ascii", "abc", "abc", "ABC"},
    {"Latin-1 that says us-ascii", Encoding::identity, "us-ascii", "gr\xFCn", "grün",
     "GRU\xCC\x88N"},
};

TEST(PartTextDecoder, DecodesWhateverTheCut) {
    for (const Case& c : kCases) {
        const Part part = text_part(c.transfer, c.charset);
        for (std::size_t piece = 1; piece <= 20; ++piece) {
            for (const TextForm form : {TextForm::plain, TextForm::folded}) {
                PartTextDecoder decoder(part, form);
                std::string out;
                const std::string_view raw = c.raw;
                for (std::size_t at = 0; at < raw.size(); at += piece) {
                    decoder.feed(as_bytes(raw.substr(at, piece)), out);
                }
                decoder.finish(out);
                EXPECT_EQ(out, form == TextForm::plain ? c.plain : c.folded) << c.why;
            }
        }
    }
}

TEST(PartTextDecoder, LooksIntoTextOnly) {
    PartTextDecoder image(text_part(Encoding::identity, "utf-8", "image"), TextForm::plain);
    std::string out;
    image.feed(as_bytes("abc"), out);
    image.finish(out);
    EXPECT_EQ(out, "");
    EXPECT_TRUE(is_searchable(text_part(Encoding::identity, "utf-8", "message")))
        << "delivery reports can be read";
}

struct DecoderCase {
    const char* why;
    Encoding transfer;
    bool text;
    const char* raw;
    const char* want;
};

constexpr DecoderCase kDecoder[] = {
    {"binary data is left alone", Encoding::identity, false, "a\nb\rc\r\n", "a\nb\rc\r\n"},
    {"lone LF in text", Encoding::identity, true, "a\nb\r\n", "a\r\nb\r\n"},
    {"lone CR in text", Encoding::identity, true, "a\rb", "a\r\nb"},
    {"CR at the end", Encoding::identity, true, "a\r", "a\r\n"},
    {"CR CR LF", Encoding::identity, true, "a\r\r\n", "a\r\n\r\n"},
    {"LF CR", Encoding::identity, true, "\n\r", "\r\n\r\n"},
    {"base64 text", Encoding::base64, true, "YQpi", "a\r\nb"},
    {"base64 data", Encoding::base64, false, "YQpi", "a\nb"},
    {"quoted-printable text", Encoding::quoted_printable, true, "a=0Ab\nc", "a\r\nb\r\nc"},
};

TEST(BodyDecoder, DecodesWhateverTheCut) {
    for (const DecoderCase& c : kDecoder) {
        for (std::size_t piece = 1; piece <= 8; ++piece) {
            BodyDecoder decoder(c.transfer, c.text);
            ByteVector out;
            const std::string_view raw = c.raw;
            for (std::size_t at = 0; at < raw.size(); at += piece) {
                decoder.feed(as_bytes(raw.substr(at, piece)), out);
            }
            decoder.finish(out);
            EXPECT_EQ(as_text(out), c.want) << c.why;
        }
    }
}

TEST(CrlfNormaliser, TellsWhetherItChangedAnything) {
    CrlfNormaliser clean;
    ByteVector out;
    clean.feed(as_bytes("a\r"), out);
    clean.feed(as_bytes("\nb"), out);
    clean.finish(out);
    EXPECT_FALSE(clean.changed());
    CrlfNormaliser dirty;
    dirty.feed(as_bytes("a\n"), out);
    EXPECT_TRUE(dirty.changed());
}

}  // namespace
}  // namespace loam::mail
