// Messages and their BODYSTRUCTURE: RFC 2046, RFC 9051 section 7.5.2.
#include "engine/mail/parser.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/mail/render.h"
#include "engine/mail/text.h"
#include "tests/engine/mail/imap_value.h"
#include "tests/engine/mail/recording_sink.h"
#include "tests/support/corpus.h"

namespace loam::mail {
namespace {

// Line ends in the tables are LF; messages are parsed with CRLF.
ParsedMessage parse(std::string_view text) {
    return parse_message(as_bytes(loam::test::with_crlf(text)));
}

std::string basic(const ParsedMessage& message) {
    return render_body(message.structure, false);
}

struct Case {
    const char* why;
    const char* message;
    const char* body;  // BODY, without extension data
};

constexpr Case kBodies[] = {
    {"no MIME at all", "A: b\n\nx\ny\n",
     R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 6 2))"},
    {"a last line without line end counts", "\nx\ny",
     R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 4 2))"},
    {"an empty message", "", R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 0 0))"},
    {"a header without body", "A: b\n",
     R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 0 0))"},
    {"type, encoding and description",
     "Content-Type: image/GIF; name=a.gif\nContent-Transfer-Encoding: base64\n"
     "Content-ID: <i>\nContent-Description: d\n\nAAAA\n",
     R"(("image" "GIF" ("name" "a.gif") "<i>" "d" "BASE64" 6))"},
    {"two parts: the line end before a delimiter belongs to it",
     "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\nx\n--b\n"
     "Content-Type: text/html\n\ny\n\n--b--\nepilogue\n",
     R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 1))"
     R"(("text" "html" ("charset" "us-ascii") NIL NIL "7BIT" 3 1) "mixed"))"},
    {"white space after a delimiter",
     "Content-Type: multipart/mixed; boundary=b\n\n--b \t\n\nx\n--b-- \n",
     R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 1) "mixed"))"},
    {"other text after a boundary is no delimiter",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--bc\ny\n--b--c\n--b--\n",
     R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 18 4) "mixed"))"},
    {"the closing delimiter is missing", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n",
     R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 3 1) "mixed"))"},
    {"a delimiter ends the header too",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n--b\n\nx\n--b--\n",
     R"((("text" "html" ("charset" "us-ascii") NIL NIL "7BIT" 0 0))"
     R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 1) "mixed"))"},
    {"an outer delimiter ends an inner multipart",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/related; "
     "boundary=i\n\n--i\n\nx\n--b\n\ny\n--b--\n",
     R"(((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 1) "related"))"
     R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 1) "mixed"))"},
    {"a boundary that begins like the outer one",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/related; "
     "boundary=bb\n\n--bb\n\nx\n--bb--\n--b--\n",
     R"(((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 1) "related") "mixed"))"},
    {"nothing between two delimiters is no part",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n\nx\n--b\n",
     R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 1) "mixed"))"},
    {"no boundary: one part for all", "Content-Type: multipart/mixed\n\n--b\n\nx\n--b--\n",
     R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 17 4) "mixed"))"},
    {"no delimiter: one part for all", "Content-Type: multipart/mixed; boundary=b\n\nx\ny",
     R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 4 2) "mixed"))"},
    {"a closing delimiter first is text", "Content-Type: multipart/mixed; boundary=b\n\n--b--\nx\n",
     R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 10 2) "mixed"))"},
    {"an inner multipart without delimiter, ended by the outer one",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/related; "
     "boundary=i\n\nx\n--b--\n",
     R"(((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 1) "related") "mixed"))"},
    {"message/rfc822", "Content-Type: message/rfc822\n\nSubject: s\n\nx\n",
     R"(("message" "rfc822" NIL NIL NIL "7BIT" 17 (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) )"
     R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 3 1) 3))"},
    {"an empty message/rfc822", "Content-Type: message/rfc822\n\n",
     R"(("message" "rfc822" NIL NIL NIL "7BIT" 0 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) )"
     R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 0 0) 0))"},
    {"message/rfc822 in base64 is not looked into",
     "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogcw==\n",
     R"(("application" "octet-stream" NIL NIL NIL "BASE64" 18))"},
    {"other message types are plain leaves", "Content-Type: message/delivery-status\n\nx\n",
     R"(("message" "delivery-status" NIL NIL NIL "7BIT" 3))"},
    {"parts of a digest are messages",
     "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: s\n\nx\n--b--\n",
     R"((("message" "rfc822" NIL NIL NIL "7BIT" 15 (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) )"
     R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 1) 3) "digest"))"},
    {"a delimiter within a nested message ends it",
     "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
     "Content-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n--b--\n",
     R"((("message" "rfc822" NIL NIL NIL "7BIT" 53 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) )"
     R"((("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 1 1) "mixed") 5) "mixed"))"},
    {"an mbox From line before the header", "From x\nContent-Type: text/html\n\nx",
     R"(("text" "html" ("charset" "us-ascii") NIL NIL "7BIT" 1 1))"},
};

TEST(Parser, Bodies) {
    for (const Case& c : kBodies)
        EXPECT_EQ(basic(parse(c.message)), c.body) << c.why;
}

TEST(Parser, DoesNotDependOnCuts) {
    for (const Case& c : kBodies) {
        for (const bool crlf : {false, true}) {
            const std::string text = crlf ? loam::test::with_crlf(c.message) : c.message;
            const ParsedMessage whole = parse_message(as_bytes(text));
            for (std::size_t cut = 0; cut <= text.size(); ++cut) {
                test::RecordingSink sink;
                MessageParser parser(sink);
                parser.feed(as_bytes(std::string_view(text).substr(0, cut)));
                parser.feed(as_bytes(std::string_view(text).substr(cut)));
                ASSERT_TRUE(parser.finish() == whole) << c.why << " cut at " << cut;
                ASSERT_EQ(sink.all(), text);
            }
        }
    }
}

TEST(Parser, ExtensionData) {
    const ParsedMessage message = parse(
        "Content-Type: multipart/mixed; boundary=b\nContent-Language: en, de\n\n--b\n"
        "Content-Type: text/plain; charset=utf-8; name*=utf-8''%C3%BC\n"
        "Content-Disposition: attachment; filename=\"a \\\"b\\\"\"\nContent-MD5: m\n"
        "Content-Language: fr\nContent-Location: l\n\nx\n--b--\n");
    EXPECT_EQ(
        message.bodystructure,
        "((\"text\" \"plain\" (\"charset\" \"utf-8\" \"name*\" {2}\r\nü) NIL NIL \"7BIT\" 1 1 "
        "\"m\" (\"attachment\" (\"filename\" \"a \\\"b\\\"\")) \"fr\" \"l\") \"mixed\" "
        "(\"boundary\" \"b\") NIL (\"en\" \"de\") NIL)");
}

TEST(Parser, GlobalMessages) {
    const ParsedMessage message = parse("Content-Type: message/global\n\nSubject: \xC3\xBC\n\nx\n");
    EXPECT_TRUE(message.mode_dependent);
    EXPECT_EQ(render_body(message.structure, false, GlobalForm::basic),
              R"(("message" "global" NIL NIL NIL "7BIT" 18))");
    EXPECT_EQ(
        basic(message),
        "(\"message\" \"global\" NIL NIL NIL \"7BIT\" 18 (NIL {2}\r\nü NIL NIL NIL NIL NIL NIL "
        "NIL NIL) (\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7BIT\" 3 1) 3)");
    EXPECT_TRUE(message.header_8bit);
    EXPECT_FALSE(parse("A: b\n\n\xC3\xBC").header_8bit) << "in the body only";
}

TEST(Parser, DecodedSizes) {
    EXPECT_EQ(parse_message(as_bytes("\n1\n2\n")).structure.parts[0].decoded_bytes, 6U)
        << "text with LF is sent with CRLF";
    EXPECT_TRUE(parse_message(as_bytes("\n1\n")).structure.parts[0].needs_crlf);
    EXPECT_EQ(parse("Content-Type: a/b\n\n1\n2\n").structure.parts[0].decoded_bytes, 6U);
    EXPECT_EQ(parse("Content-Transfer-Encoding: base64\n\nYQpi\n").structure.parts[0].decoded_bytes,
              4U)
        << "a LF b is text: its LF becomes CRLF";
    EXPECT_EQ(parse("Content-Type: a/b\nContent-Transfer-Encoding: base64\n\nYQpi\n")
                  .structure.parts[0]
                  .decoded_bytes,
              3U);
    EXPECT_EQ(parse("Content-Transfer-Encoding: quoted-printable\n\na=\nb=0A\n")
                  .structure.parts[0]
                  .decoded_bytes,
              6U);
    EXPECT_TRUE(
        parse("Content-Transfer-Encoding: base64\n\nAAAA\n").structure.parts[0].nul_decoded);
}

TEST(Parser, Nul) {
    const std::string text("A: b\r\n\r\nx\0y", 11);
    const ParsedMessage message = parse_message(as_bytes(text));
    EXPECT_TRUE(message.has_nul);
    EXPECT_TRUE(message.structure.parts[0].nul_raw);
    EXPECT_FALSE(parse("A: b\n\nxy").has_nul);
}

TEST(Parser, StopsAtTheDepthLimit) {
    std::string text;
    for (std::size_t i = 0; i < kMimeDepthMax + 20; ++i) {
        const std::string boundary = "b" + std::to_string(i);
        text += "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n";
    }
    const ParsedMessage message = parse(text);
    EXPECT_EQ(message.structure.parts.size(), kMimeDepthMax + 1);
    EXPECT_EQ(message.structure.parts.back().depth, kMimeDepthMax);
    EXPECT_TRUE(message.structure.parts.back().synthesized);
    EXPECT_TRUE(decode_sidecar(encode_sidecar(message)).ok());
    std::string nested;
    for (std::size_t i = 0; i < kMimeDepthMax + 20; ++i)
        nested += "Content-Type: message/rfc822\n\n";
    const ParsedMessage messages = parse(nested);
    EXPECT_EQ(messages.structure.parts.size(), kMimeDepthMax);
    EXPECT_TRUE(messages.structure.parts.back().opaque);
    EXPECT_TRUE(test::read_imap_value(messages.bodystructure).has_value());
}

TEST(Parser, StopsAtThePartLimit) {
    std::string text = "Content-Type: multipart/mixed; boundary=b\n\n";
    for (std::size_t i = 0; i < kMimePartsMax + 20; ++i)
        text += "--b\n\nx\n";
    const ParsedMessage message = parse(text + "--b--\n");
    EXPECT_LE(message.structure.parts.size(), kMimePartsMax);
    EXPECT_GT(message.structure.parts.size(), kMimePartsMax - 5);
    EXPECT_TRUE(message.structure.truncated);
    const Part& rest = message.structure.parts.back();
    EXPECT_TRUE(rest.opaque);
    EXPECT_EQ(rest.body_offset + rest.body_bytes, message.raw_bytes);
    EXPECT_TRUE(decode_sidecar(encode_sidecar(message)).ok());
}

TEST(Parser, BoundsHeadersAndStrings) {
    const std::string huge =
        "X: " + std::string(kHeaderBytesParsedMax, 'x') + "\nSubject: s\n\nbody";
    const ParsedMessage message = parse(huge);
    EXPECT_TRUE(message.structure.truncated);
    EXPECT_EQ(message.structure.parts[0].body_bytes, 4U) << "its end is found all the same";
    EXPECT_TRUE(message.envelope.starts_with("(NIL NIL ")) << "but not looked into";
    std::string many = "Content-Type: multipart/mixed; boundary=b\n\n";
    for (int i = 0; i < 400; ++i) {
        many += "--b\nContent-Description: " + std::string(50'000, 'd') + "\n\nx\n";
    }
    const ByteVector sidecar = encode_sidecar(parse(many));
    EXPECT_LT(sidecar.size(), kSidecarBytesMax / 2);
}

// A mebibyte each of what invites quadratic time: this test takes a second, or else far more.
TEST(Parser, HostileHeadersTakeLinearTime) {
    struct Hostile {
        const char* name;
        const char* piece;
    };
    constexpr Hostile kHostile[] = {
        {"To", "a "},
        {"To", "a@"},
        {"To", "<a>x "},
        {"To", "(("},
        {"To", "<@a,"},
        {"To", "g:;"},
        {"Subject", "=?a?q?"},
        {"Subject", "=?a"},
        {"Subject", "[a] re:"},
        {"References", "<"},
        {"Content-Type", ";a*0"},
        {"Content-Type", "a=b c;"},
        {"Date", "1-1 "},
    };
    for (const Hostile& hostile : kHostile) {
        std::string header = std::string(hostile.name) + ": ";
        while (header.size() < kHeaderBytesParsedMax - 16)
            header += hostile.piece;
        const ParsedMessage message = parse(header + "\n\nbody");
        EXPECT_EQ(message.structure.parts[0].body_bytes, 4U) << hostile.piece;
        EXPECT_FALSE(decode_header_block(header).empty());
    }
}

TEST(Parser, LongLinesThatLookLikeDelimiters) {
    const std::string text = "Content-Type: multipart/mixed; boundary=b\n\n--b" +
                             std::string(5000, ' ') + "\n\nx\n--b\n\ny\n--b--\n";
    EXPECT_EQ(parse(text).structure.parts.size(), 2U) << "too long for a delimiter";
}

}  // namespace
}  // namespace loam::mail
