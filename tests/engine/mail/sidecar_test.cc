// Sidecars: docs/format/sidecar.md.
#include <string>

#include <gtest/gtest.h>

#include "engine/mail/parsed_message.h"
#include "engine/mail/parser.h"

namespace loam::mail {
namespace {

constexpr std::string_view kMessage =
    "Date: Thu, 1 Jan 1970 00:00:00 -0100\nSubject: Re: s\nFrom: F <f@x>\nMessage-ID: <m@x>\n"
    "References: <r@x>\nContent-Type: multipart/mixed; boundary=b\n\n"
    "--b\nContent-Type: text/plain; charset=utf-8; name*=utf-8''%C3%BC\nContent-ID: <i>\n"
    "Content-Description: d\nContent-MD5: m\nContent-Location: l\nContent-Language: en, de\n"
    "Content-Disposition: attachment; filename=f\nContent-Transfer-Encoding: base64\n\nAAAA\n"
    "--b\nContent-Type: message/rfc822\n\nSubject: n\n\nx\0y\n--b--\n";

ParsedMessage sample() {
    ParsedMessage message = parse_message(as_bytes(kMessage));
    message.structure.parts[1].blob_extent = 7;
    return message;
}

TEST(Sidecar, RoundTrip) {
    const ParsedMessage message = sample();
    const ByteVector encoded = encode_sidecar(message);
    const auto decoded = decode_sidecar(encoded);
    ASSERT_TRUE(decoded) << decoded.error().what;
    EXPECT_TRUE(*decoded == message);
    EXPECT_EQ(decoded->structure.parts[1].blob_extent, 7U);
}

TEST(Sidecar, ViewsWithoutDecoding) {
    const ParsedMessage message = sample();
    const ByteVector encoded = encode_sidecar(message);
    const auto view = view_sidecar(encoded);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->envelope, message.envelope);
    EXPECT_EQ(view->bodystructure, message.bodystructure);
    EXPECT_TRUE(*decode_digest(view->digest) == message.digest);
    EXPECT_TRUE(*decode_structure(view->structure) == message.structure);
}

TEST(Sidecar, RefusesEveryCut) {
    const ByteVector encoded = encode_sidecar(sample());
    for (std::size_t size = 0; size < encoded.size(); ++size) {
        EXPECT_FALSE(decode_sidecar(Bytes(encoded).first(size))) << size;
    }
    ByteVector longer = encoded;
    longer.push_back(std::byte{0});
    EXPECT_FALSE(decode_sidecar(longer)) << "octets left over";
}

TEST(Sidecar, RefusesNewerVersions) {
    ByteVector encoded = encode_sidecar(sample());
    encoded[0] = std::byte{200};
    EXPECT_EQ(decode_sidecar(encoded).error().code, Errc::unsupported);
    ByteVector structure = encode_structure(sample().structure);
    structure[0] = std::byte{200};
    EXPECT_EQ(decode_structure(structure).error().code, Errc::unsupported);
}

TEST(Sidecar, SurvivesAnyOctet) {
    const ByteVector encoded = encode_sidecar(sample());
    for (std::size_t at = 0; at < encoded.size(); ++at) {
        for (const unsigned value : {0U, 1U, 0x7FU, 0x80U, 0xFFU}) {
            ByteVector damaged = encoded;
            damaged[at] = static_cast<std::byte>(value);
            const auto decoded = decode_sidecar(damaged);
            // What still decodes is a structure that can be used and encoded again.
            if (decoded) {
                EXPECT_TRUE(decode_sidecar(encode_sidecar(*decoded)));
            }
        }
    }
}

struct TreeCase {
    const char* why;
    void (*change)(Structure&);
};

constexpr TreeCase kTrees[] = {
    {"no parts", [](Structure& s) { s.parts.clear(); }},
    {"two roots", [](Structure& s) { s.parts[1].parent = -1; }},
    {"a parent that comes later", [](Structure& s) { s.parts[1].parent = 2; }},
    {"a child of a leaf", [](Structure& s) { s.parts[2].parent = 1; }},
    {"a multipart without children", [](Structure& s) { s.parts.resize(1); }},
    {"a message without a root", [](Structure& s) { s.parts.resize(3); }},
    {"a message with two roots", [](Structure& s) { s.parts.push_back(s.parts[3]); }},
    {"multipart and message at once", [](Structure& s) { s.parts[2].multipart = true; }},
    {"a root that is no root", [](Structure& s) { s.parts[0].parent = 0; }},
    {"offsets that do not fit", [](Structure& s) { s.parts[1].body_offset += 1; }},
};

TEST(Sidecar, RefusesTreesThatTheParserCannotMake) {
    for (const TreeCase& c : kTrees) {
        Structure structure = sample().structure;
        ASSERT_EQ(structure.parts.size(), 4U);
        c.change(structure);
        EXPECT_FALSE(decode_structure(encode_structure(structure))) << c.why;
    }
}

}  // namespace
}  // namespace loam::mail
