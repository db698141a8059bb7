#include <algorithm>

#include "engine/mail/address.h"
#include "engine/mail/body_decoder.h"
#include "engine/mail/header.h"
#include "engine/mail/parser.h"
#include "engine/mail/text.h"
#include "tests/corpus/gmime_view.h"

namespace loam::corpus {

namespace {

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return text;
}

std::string encoding_name(mail::Encoding encoding) {
    switch (encoding) {
        case mail::Encoding::base64:
            return "base64";
        case mail::Encoding::quoted_printable:
            return "quoted-printable";
        case mail::Encoding::unknown:
            return "unknown";
        case mail::Encoding::identity:
            return "identity";
    }
    return {};
}

EntityView view_part(std::string_view raw, const mail::Part& part) {
    EntityView entity{.depth = part.depth,
                      .type = lower(part.type + "/" + part.subtype),
                      .encoding = {},
                      .decoded = {}};
    entity.synthesized = part.synthesized;
    if (!part.leaf()) return entity;
    entity.encoding = encoding_name(part.transfer);
    entity.body_offset = part.body_offset;
    entity.body_bytes = part.body_bytes;
    mail::BodyDecoder decoder(part.transfer, false);
    ByteVector decoded;
    decoder.feed(as_bytes(raw.substr(part.body_offset, part.body_bytes)), decoded);
    decoder.finish(decoded);
    entity.decoded = as_text(decoded);
    return entity;
}

std::string addresses(std::string_view block, std::string_view name) {
    std::string out;
    mail::HeaderReader reader(block);
    while (const auto field = reader.next()) {
        if (!mail::equal_nocase(field->name, name)) continue;
        for (const mail::Address& address : mail::parse_addresses(field->body)) {
            if (address.kind != mail::Address::Kind::mailbox) continue;
            if (!out.empty()) out += ", ";
            out += address.mailbox.value_or("");
            if (address.host) out += "@" + *address.host;
        }
    }
    return out;
}

}  // namespace

MessageView view_by_loam(std::string_view raw) {
    MessageView view;
    const mail::ParsedMessage message = mail::parse_message(as_bytes(raw));
    for (const mail::Part& part : message.structure.parts) {
        view.entities.push_back(view_part(raw, part));
    }
    const std::string_view block = raw.substr(0, message.structure.parts[0].header_bytes);
    if (const auto subject = mail::find_field(block, "Subject")) {
        view.subject = mail::decode_header_text(subject->body);
        view.subject_8bit = std::any_of(subject->body.begin(), subject->body.end(),
                                        [](char c) { return static_cast<unsigned char>(c) > 127; });
    }
    view.from = addresses(block, "From");
    view.to = addresses(block, "To");
    view.cc = addresses(block, "Cc");
    view.date_seconds = message.digest.sent_seconds;
    return view;
}

}  // namespace loam::corpus
