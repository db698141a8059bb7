#include "engine/mail/render.h"

#include <algorithm>
#include <vector>

#include "engine/mail/address.h"
#include "engine/mail/header.h"

namespace loam::mail {

namespace {

// A longer string is easier on clients' line buffers as a literal: RFC 7162 section 4 names 8192
// octets for a line; a quarter of a kilobyte short of one leaves room for its neighbours.
constexpr std::size_t kQuotedBytesMax = 1000;
// One address list; six of them and the strings stay below kRenderedEnvelopeBytesMax.
constexpr std::size_t kAddressListBytesMax = 512U << 10;
// An address without @ has no host, but NIL there would mean a group. This can be no domain.
constexpr std::string_view kMissingHost = ".MISSING-HOST-NAME.";

// Does not cut a UTF-8 character in two, if it is one.
std::string_view cut_to(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end);
}

bool quotable(std::string_view text) {
    return text.size() <= kQuotedBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
               const auto octet = static_cast<unsigned char>(c);
               return octet != 0 && octet != '\r' && octet != '\n' && octet < 0x80;
           });
}

void append_nstring(std::string& out, const std::optional<std::string>& text) {
    if (text) {
        append_string(out, *text);
    } else {
        out += "NIL";
    }
}

void append_address(std::string& out, const Address& address) {
    out += '(';
    const bool mailbox = address.kind == Address::Kind::mailbox;
    append_nstring(out, address.name);
    out += ' ';
    append_nstring(out, address.route);
    out += ' ';
    append_nstring(out, mailbox ? address.mailbox.value_or("") : address.mailbox);
    out += ' ';
    append_nstring(out, mailbox ? address.host.value_or(std::string(kMissingHost)) : address.host);
    out += ')';
}

std::string render_addresses(const std::vector<Address>& addresses) {
    if (addresses.empty()) return "NIL";
    std::string out = "(";
    bool in_group = false;
    for (const Address& address : addresses) {
        if (out.size() > kAddressListBytesMax) break;
        in_group = address.kind == Address::Kind::group_start ||
                   (in_group && address.kind != Address::Kind::group_end);
        append_address(out, address);
    }
    if (in_group) append_address(out, {.kind = Address::Kind::group_end});
    return out + ")";
}

// The fields that ENVELOPE shows. Of strings the first field counts; address fields of one name add
// up, so that no addressee is hidden.
struct EnvelopeFields {
    std::optional<std::string> date, subject, in_reply_to, message_id;
    std::vector<Address> from, sender, reply_to, to, cc, bcc;
};

void keep_first(std::optional<std::string>& slot, std::string_view body) {
    if (!slot) slot = unfold(body);
}

void add_addresses(std::vector<Address>& list, std::string_view body) {
    std::vector<Address> more = parse_addresses(body);
    const std::size_t room = kAddressesMax - std::min(kAddressesMax, list.size());
    more.resize(std::min(more.size(), room));
    list.insert(list.end(), more.begin(), more.end());
}

void note_field(const HeaderField& field, EnvelopeFields& fields) {
    if (equal_nocase(field.name, "date")) return keep_first(fields.date, field.body);
    if (equal_nocase(field.name, "subject")) return keep_first(fields.subject, field.body);
    if (equal_nocase(field.name, "in-reply-to")) return keep_first(fields.in_reply_to, field.body);
    if (equal_nocase(field.name, "message-id")) return keep_first(fields.message_id, field.body);
    if (equal_nocase(field.name, "from")) return add_addresses(fields.from, field.body);
    if (equal_nocase(field.name, "sender")) return add_addresses(fields.sender, field.body);
    if (equal_nocase(field.name, "reply-to")) return add_addresses(fields.reply_to, field.body);
    if (equal_nocase(field.name, "to")) return add_addresses(fields.to, field.body);
    if (equal_nocase(field.name, "cc")) return add_addresses(fields.cc, field.body);
    if (equal_nocase(field.name, "bcc")) return add_addresses(fields.bcc, field.body);
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
    text = cut_to(text, kRenderedStringBytesMax);
    if (!quotable(text)) {
        out += '{' + std::to_string(text.size()) + "}\r\n";
        for (const char c : text)
            out += c == '\0' ? '\x80' : c;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

std::string render_envelope(std::string_view header_block) {
    EnvelopeFields fields;
    HeaderReader reader(header_block);
    while (const auto field = reader.next())
        note_field(*field, fields);
    // RFC 9051 section 7.5.2: Sender and Reply-To that are absent or empty are From.
    const std::string from = render_addresses(fields.from);
    std::string out = "(";
    append_nstring(out, fields.date);
    out += ' ';
    append_nstring(out, fields.subject);
    out += ' ' + from;
    out += ' ' + (fields.sender.empty() ? from : render_addresses(fields.sender));
    out += ' ' + (fields.reply_to.empty() ? from : render_addresses(fields.reply_to));
    out += ' ' + render_addresses(fields.to);
    out += ' ' + render_addresses(fields.cc);
    out += ' ' + render_addresses(fields.bcc) + ' ';
    append_nstring(out, fields.in_reply_to);
    out += ' ';
    append_nstring(out, fields.message_id);
    return out + ")";
}

}  // namespace loam::mail
