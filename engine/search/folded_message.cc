#include "engine/search/folded_message.h"

#include <algorithm>

#include "engine/base/limits.h"
#include "engine/mail/casemap.h"
#include "engine/mail/header.h"
#include "engine/mail/text.h"

namespace loam::lookup {

namespace {

/// Octets between two ranges that are rather read with them.
constexpr std::uint64_t kGapBytesMax = 4096;

mail::OctetRange header_of(const mail::Part& part) {
    return {part.header_offset, std::min<std::uint64_t>(part.header_bytes, kHeaderBytesParsedMax)};
}

bool is_nested_root(const mail::Structure& structure, const mail::Part& part) {
    return part.parent >= 0 && structure.parts[static_cast<std::size_t>(part.parent)].rfc822;
}

/// Where a part's header counts: RFC 9051 section 6.4.4 has MIME headers in TEXT only, and the
/// header of a nested message is body of the outer one.
Field field_of_header(const mail::Structure& structure, const mail::Part& part) {
    return is_nested_root(structure, part) ? Field::body : Field::header;
}

}  // namespace

std::string_view RawMessage::at(mail::OctetRange range) const {
    const auto after = std::ranges::upper_bound(pieces_, range.offset, {}, &Piece::offset);
    if (after == pieces_.begin()) return {};
    const Piece& piece = *std::prev(after);
    const std::uint64_t skip = range.offset - piece.offset;
    if (skip > piece.octets.size() || range.bytes > piece.octets.size() - skip) return {};
    return piece.octets.substr(skip, range.bytes);
}

bool hold(std::string_view texts, const mail::FoldedNeedle& needle) {
    if (needle.empty()) return !texts.empty();
    return !needle.text().contains(kTextEnd) && needle.in(texts);
}

std::vector<mail::OctetRange> text_ranges(const mail::Structure& structure) {
    std::vector<mail::OctetRange> ranges;
    const auto add = [&ranges](mail::OctetRange range) {
        if (range.bytes == 0) return;
        if (!ranges.empty()) {
            mail::OctetRange& last = ranges.back();
            const std::uint64_t end = last.offset + last.bytes;
            if (range.offset <= end + kGapBytesMax) {
                last.bytes = std::max(end, range.offset + range.bytes) - last.offset;
                return;
            }
        }
        ranges.push_back(range);
    };
    // In pre-order parts stand in the order of their octets.
    for (const mail::Part& part : structure.parts) {
        add(header_of(part));
        if (mail::is_searchable(part)) add({part.body_offset, part.body_bytes});
    }
    return ranges;
}

void FoldedMessage::open(const mail::Structure& structure, const RawMessage& raw) {
    structure_ = &structure;
    raw_ = &raw;
    for (Folded& folded : fields_)
        folded.done = false;
}

void FoldedMessage::fold_header(const mail::Part& part, std::string& out) const {
    mail::CaseFolder folder;
    folder.feed(mail::decode_header_block(raw_->at(header_of(part))), out);
    folder.finish(out);
    out += kTextEnd;
}

void FoldedMessage::fold_body(const mail::Part& part, std::string& out) const {
    mail::PartTextDecoder decoder(part, mail::TextForm::folded);
    decoder.feed(as_bytes(raw_->at({part.body_offset, part.body_bytes})), out);
    decoder.finish(out);
    out += kTextEnd;
}

std::string_view FoldedMessage::text(Field field) {
    Folded& folded = fields_[static_cast<std::size_t>(field)];
    if (folded.done) return folded.text;
    folded.text.clear();
    for (const mail::Part& part : structure_->parts) {
        if (part.header_bytes > 0 && field_of_header(*structure_, part) == field)
            fold_header(part, folded.text);
        if (field == Field::body && mail::is_searchable(part)) fold_body(part, folded.text);
    }
    folded.done = true;
    return folded.text;
}

std::string FoldedMessage::field_text(std::string_view name) const {
    std::string text;
    mail::HeaderReader fields(raw_->at(header_of(structure_->parts.front())));
    while (const auto field = fields.next()) {
        if (!mail::equal_nocase(field->name, name)) continue;
        text += mail::casefold(mail::decode_header_text(field->body));
        text += kTextEnd;
    }
    return text;
}

}  // namespace loam::lookup
