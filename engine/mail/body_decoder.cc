#include "engine/mail/body_decoder.h"

namespace loam::mail {

namespace {

constexpr std::byte kCr{'\r'};
constexpr std::byte kLf{'\n'};

}  // namespace

void CrlfNormaliser::feed(Bytes in, ByteVector& out) {
    for (const std::byte c : in) {
        if (after_cr_ && c != kLf) {
            out.push_back(kLf);
            changed_ = true;
        }
        if (c == kLf && !after_cr_) {
            out.push_back(kCr);
            changed_ = true;
        }
        out.push_back(c);
        after_cr_ = c == kCr;
    }
}

void CrlfNormaliser::finish(ByteVector& out) {
    if (!after_cr_) return;
    out.push_back(kLf);
    changed_ = true;
    after_cr_ = false;
}

BodyDecoder::BodyDecoder(Encoding transfer, bool text) : text_(text) {
    if (transfer == Encoding::base64) transfer_.emplace<Base64Decoder>();
    if (transfer == Encoding::quoted_printable) transfer_.emplace<QuotedPrintableDecoder>();
}

void BodyDecoder::feed(Bytes raw, ByteVector& out) {
    if (std::holds_alternative<std::monostate>(transfer_)) return pass(raw, out);
    scratch_.clear();
    if (auto* base64 = std::get_if<Base64Decoder>(&transfer_)) base64->feed(raw, scratch_);
    if (auto* qp = std::get_if<QuotedPrintableDecoder>(&transfer_)) qp->feed(raw, scratch_);
    pass(scratch_, out);
}

void BodyDecoder::finish(ByteVector& out) {
    scratch_.clear();
    if (auto* base64 = std::get_if<Base64Decoder>(&transfer_)) base64->finish(scratch_);
    if (auto* qp = std::get_if<QuotedPrintableDecoder>(&transfer_)) qp->finish(scratch_);
    pass(scratch_, out);
    if (text_) lines_.finish(out);
}

void BodyDecoder::pass(Bytes decoded, ByteVector& out) {
    if (text_) {
        lines_.feed(decoded, out);
    } else {
        out.insert(out.end(), decoded.begin(), decoded.end());
    }
}

}  // namespace loam::mail
