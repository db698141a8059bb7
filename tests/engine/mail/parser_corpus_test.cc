// Properties that hold for every message of the corpora, whatever is in it.
#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/mail/body_decoder.h"
#include "engine/mail/parser.h"
#include "engine/mail/render.h"
#include "tests/engine/mail/imap_value.h"
#include "tests/engine/mail/recording_sink.h"
#include "tests/support/corpus.h"

namespace loam::mail {
namespace {

using test::RecordingSink;

ParsedMessage parse_in_pieces(std::string_view text, std::size_t piece_max, std::mt19937& random,
                              RecordingSink& sink) {
    MessageParser parser(sink);
    std::uniform_int_distribution<std::size_t> size(1, piece_max);
    while (!text.empty()) {
        const std::string_view piece = text.substr(0, size(random));
        // A copy of its own, so that a sanitizer sees a view that is kept too long.
        const std::string copy(piece);
        parser.feed(as_bytes(copy));
        text.remove_prefix(piece.size());
    }
    return parser.finish();
}

void check_octets(std::string_view raw, const ParsedMessage& message, const RecordingSink& sink) {
    EXPECT_EQ(message.raw_bytes, raw.size());
    ASSERT_EQ(sink.all().size(), raw.size());
    EXPECT_TRUE(sink.all() == raw) << "every octet once and in order";
    for (std::uint32_t i = 0; i < message.structure.parts.size(); ++i) {
        const Part& part = message.structure.parts[i];
        const auto body = sink.bodies().find(i);
        const bool base64 = part.leaf() && part.transfer == Encoding::base64;
        ASSERT_EQ(body != sink.bodies().end(), base64);
        if (!base64) continue;
        EXPECT_EQ(body->second.offset, part.body_offset);
        EXPECT_TRUE(body->second.text == raw.substr(part.body_offset, part.body_bytes));
    }
}

void check_leaf(std::string_view raw, const Part& part) {
    const std::string_view body = raw.substr(part.body_offset, part.body_bytes);
    BodyDecoder decoder(part);
    ByteVector decoded;
    const std::size_t half = body.size() / 2;
    decoder.feed(as_bytes(body.substr(0, half)), decoded);
    decoder.feed(as_bytes(body.substr(half)), decoded);
    decoder.finish(decoded);
    EXPECT_EQ(part.decoded_bytes, decoded.size()) << "BINARY.SIZE is what BINARY sends";
    EXPECT_EQ(part.nul_decoded,
              std::find(decoded.begin(), decoded.end(), std::byte{0}) != decoded.end());
}

void check_part(std::string_view raw, const Structure& structure, std::uint32_t index) {
    const Part& part = structure.parts[index];
    ASSERT_LE(part.body_offset + part.body_bytes, raw.size());
    EXPECT_EQ(part.header_offset + part.header_bytes, part.body_offset);
    const std::string_view all =
        raw.substr(part.header_offset, part.header_bytes + part.body_bytes);
    EXPECT_EQ(part.nul_raw, all.find('\0') != all.npos);
    if (part.parent >= 0) {
        const Part& parent = structure.parts[static_cast<std::size_t>(part.parent)];
        EXPECT_GE(part.header_offset, parent.body_offset);
        EXPECT_LE(part.body_offset + part.body_bytes, parent.body_offset + parent.body_bytes);
    }
    if (part.leaf()) check_leaf(raw, part);
    const auto numbers = section_of(structure, index);
    if (!numbers.empty()) {
        EXPECT_EQ(find_section(structure, numbers), index);
    }
}

void check_rendering(const ParsedMessage& message) {
    const auto envelope = test::read_imap_value(message.envelope);
    ASSERT_TRUE(envelope.has_value()) << message.envelope;
    EXPECT_EQ(test::envelope_fault(*envelope), "");
    const auto extended = test::read_imap_value(message.bodystructure);
    ASSERT_TRUE(extended.has_value()) << message.bodystructure;
    EXPECT_EQ(test::body_fault(*extended, true), "");
    const auto basic = test::read_imap_value(render_body(message.structure, false));
    ASSERT_TRUE(basic.has_value());
    EXPECT_EQ(test::body_fault(*basic, false), "");
}

void check_sidecar(const ParsedMessage& message) {
    const ByteVector encoded = encode_sidecar(message);
    const auto decoded = decode_sidecar(encoded);
    ASSERT_TRUE(decoded) << decoded.error().what;
    EXPECT_TRUE(*decoded == message);
    // What is stored must give the same rendering for ever.
    EXPECT_EQ(render_body(decoded->structure, true), message.bodystructure);
}

void check_message(std::string_view raw, std::mt19937& random) {
    RecordingSink whole;
    MessageParser parser(whole);
    parser.feed(as_bytes(raw));
    const ParsedMessage message = parser.finish();
    check_octets(raw, message, whole);
    for (std::uint32_t i = 0; i < message.structure.parts.size(); ++i) {
        check_part(raw, message.structure, i);
    }
    check_rendering(message);
    check_sidecar(message);
    for (const std::size_t piece_max : {std::size_t{7}, std::size_t{500}}) {
        // Octet by octet costs time: the largest messages get the larger pieces only.
        if (piece_max == 7 && raw.size() > (64U << 10)) continue;
        RecordingSink sink;
        const ParsedMessage cut = parse_in_pieces(raw, piece_max, random, sink);
        EXPECT_TRUE(cut == message) << "pieces of up to " << piece_max;
        EXPECT_TRUE(sink.all() == whole.all() && sink.bodies() == whole.bodies());
    }
}

void check_archive(std::string_view which) {
    const auto files = loam::test::corpus_files(which);
    if (files.empty()) GTEST_SKIP() << "no corpus here";
    std::mt19937 random(20261124);
    for (const loam::test::CorpusFile& file : files) {
        SCOPED_TRACE(file.name);
        const std::string raw = loam::test::read_file(file.path);
        check_message(raw, random);
        check_message(loam::test::with_crlf(raw), random);
        if (::testing::Test::HasFailure()) break;
    }
}

TEST(ParserCorpus, Torture) {
    check_archive("torture");
}
TEST(ParserCorpus, SpamAssassin) {
    check_archive("spamassassin");
}
TEST(ParserCorpus, List2003To2005) {
    check_archive("2003-2005");
}
TEST(ParserCorpus, List2013) {
    check_archive("mips-2013");
}
TEST(ParserCorpus, ListAttachments) {
    check_archive("attachments");
}
TEST(ParserCorpus, ListLarge) {
    check_archive("large");
}

}  // namespace
}  // namespace loam::mail
