#include "engine/mail/text.h"

#include <algorithm>

#include "engine/mail/encoded_word.h"
#include "engine/mail/header.h"

namespace loam::mail {

namespace {

// Raw octets turned into text at once: bounds the buffers between the stages.
constexpr std::size_t kPieceBytes = 32U << 10;

}  // namespace

bool is_searchable(const Part& part) {
    // Delivery reports and the like are readable, and so is a message that was not looked into.
    return part.leaf() && (equal_nocase(part.type, "text") || equal_nocase(part.type, "message"));
}

PartTextDecoder::PartTextDecoder(const Part& part, TextForm form)
    : charset_(charset_of(part)), form_(form), searchable_(is_searchable(part)) {
    if (part.transfer == Encoding::base64) transfer_.emplace<Base64Decoder>();
    if (part.transfer == Encoding::quoted_printable) transfer_.emplace<QuotedPrintableDecoder>();
}

void PartTextDecoder::feed(Bytes raw, std::string& out) {
    if (!searchable_) return;
    while (!raw.empty()) {
        const Bytes piece = raw.first(std::min(raw.size(), kPieceBytes));
        raw = raw.subspan(piece.size());
        octets_.clear();
        if (std::holds_alternative<std::monostate>(transfer_)) {
            decoded(piece, out);
            continue;
        }
        if (auto* base64 = std::get_if<Base64Decoder>(&transfer_)) base64->feed(piece, octets_);
        if (auto* qp = std::get_if<QuotedPrintableDecoder>(&transfer_)) qp->feed(piece, octets_);
        decoded(octets_, out);
    }
}

void PartTextDecoder::finish(std::string& out) {
    if (!searchable_) return;
    octets_.clear();
    if (auto* base64 = std::get_if<Base64Decoder>(&transfer_)) base64->finish(octets_);
    if (auto* qp = std::get_if<QuotedPrintableDecoder>(&transfer_)) qp->finish(octets_);
    decoded(octets_, out);
    text_.clear();
    charset_.finish(text_);
    if (form_ == TextForm::plain) {
        out += text_;
        return;
    }
    folder_.feed(text_, out);
    folder_.finish(out);
}

void PartTextDecoder::decoded(Bytes octets, std::string& out) {
    if (form_ == TextForm::plain) return charset_.feed(octets, out);
    text_.clear();
    charset_.feed(octets, text_);
    folder_.feed(text_, out);
}

std::string decode_header_text(std::string_view field_body) {
    return decode_encoded_words(unfold(field_body));
}

std::string decode_header_block(std::string_view block) {
    std::string out;
    HeaderReader reader(block);
    while (const auto field = reader.next()) {
        if (!field->name.empty()) out += to_utf8(field->name, "") + ": ";
        out += decode_header_text(field->body) + '\n';
    }
    return out;
}

}  // namespace loam::mail
