#include "engine/mail/parser.h"

#include "engine/mail/line_scanner.h"
#include "engine/mail/tree_builder.h"

namespace loam::mail {

namespace {

class NoSink final : public BodySink {
  public:
    void text(Bytes) override {}
    void begin_base64(std::uint32_t) override {}
    void base64(Bytes) override {}
    void end_base64(std::uint32_t) override {}
};

}  // namespace

MessageParser::MessageParser(BodySink& sink)
    : builder_(std::make_unique<TreeBuilder>(sink)),
      scanner_(std::make_unique<LineScanner>(*builder_)) {}

MessageParser::~MessageParser() = default;

void MessageParser::feed(Bytes raw) {
    scanner_->feed(raw);
}

ParsedMessage MessageParser::finish() {
    scanner_->finish();
    return builder_->finish();
}

ParsedMessage parse_message(Bytes raw) {
    NoSink sink;
    MessageParser parser(sink);
    parser.feed(raw);
    return parser.finish();
}

}  // namespace loam::mail
