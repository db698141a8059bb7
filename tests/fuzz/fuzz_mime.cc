// Messages: cuts do not matter, octets reach the sink once and in order, sizes are those of the
// decoder, what is rendered fits the grammar, sidecars decode to what was encoded.
// The first octet of the input sets the size of the pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/base/check.h"
#include "engine/mail/body_decoder.h"
#include "engine/mail/parser.h"
#include "engine/mail/render.h"
#include "engine/mail/text.h"
#include "tests/engine/mail/imap_value.h"

namespace {

using loam::as_bytes;
using loam::as_text;
using loam::Bytes;
using namespace loam::mail;

class Collector final : public BodySink {
  public:
    void text(Bytes raw) override {
        LOAM_CHECK(!in_base64_);
        all_ += as_text(raw);
    }
    void begin_base64(std::uint32_t) override {
        LOAM_CHECK(!in_base64_);
        in_base64_ = true;
    }
    void base64(Bytes raw) override {
        LOAM_CHECK(in_base64_);
        all_ += as_text(raw);
    }
    void end_base64(std::uint32_t) override {
        LOAM_CHECK(in_base64_);
        in_base64_ = false;
    }
    const std::string& all() const { return all_; }

  private:
    std::string all_;
    bool in_base64_ = false;
};

ParsedMessage parse(std::string_view raw, std::size_t piece) {
    Collector sink;
    MessageParser parser(sink);
    for (std::size_t at = 0; at < raw.size(); at += piece) {
        parser.feed(as_bytes(raw.substr(at, piece)));
    }
    ParsedMessage message = parser.finish();
    LOAM_CHECK(sink.all() == raw);
    return message;
}

void check_leaf(std::string_view raw, const Part& part) {
    const std::string_view body = raw.substr(part.body_offset, part.body_bytes);
    BodyDecoder decoder(part);
    loam::ByteVector decoded;
    decoder.feed(as_bytes(body), decoded);
    decoder.finish(decoded);
    LOAM_CHECK(decoded.size() == part.decoded_bytes);
    PartTextDecoder text(part, TextForm::folded);
    std::string folded;
    text.feed(as_bytes(body), folded);
    text.finish(folded);
}

void check_rendering(const ParsedMessage& message) {
    const auto envelope = test::read_imap_value(message.envelope);
    LOAM_CHECK(envelope && test::envelope_fault(*envelope).empty());
    const auto body = test::read_imap_value(message.bodystructure);
    LOAM_CHECK(body && test::body_fault(*body, true).empty());
    const auto basic =
        test::read_imap_value(render_body(message.structure, false, GlobalForm::basic));
    LOAM_CHECK(basic.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = std::max<std::size_t>(data[0], 1);
    const std::string_view raw = as_text(std::as_bytes(std::span(data + 1, size - 1)));
    const ParsedMessage message = parse(raw, raw.size() + 1);
    LOAM_CHECK(parse(raw, piece) == message);
    for (std::uint32_t i = 0; i < message.structure.parts.size(); ++i) {
        if (message.structure.parts[i].leaf()) check_leaf(raw, message.structure.parts[i]);
        const auto numbers = section_of(message.structure, i);
        LOAM_CHECK(numbers.empty() || find_section(message.structure, numbers) == i);
    }
    check_rendering(message);
    const auto decoded = decode_sidecar(encode_sidecar(message));
    LOAM_CHECK(decoded && *decoded == message);
    return 0;
}
