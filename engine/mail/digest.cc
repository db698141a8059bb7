#include "engine/mail/digest.h"

#include <algorithm>

#include "engine/codec/checksum.h"
#include "engine/mail/address.h"
#include "engine/mail/casemap.h"
#include "engine/mail/date.h"
#include "engine/mail/header.h"
#include "engine/mail/text.h"

namespace loam::mail {

namespace {

// Raw octets of a subject that are looked at; kDigestStringBytesMax are kept.
constexpr std::size_t kSubjectBytesMax = 16U << 10;

std::string key(std::string_view utf8) {
    std::string folded = casefold(utf8);
    folded.resize(std::min(folded.size(), kDigestStringBytesMax));
    return folded;
}

std::optional<Address> first_address(std::string_view block, std::string_view name) {
    const auto field = find_field(block, name);
    if (!field) return std::nullopt;
    std::vector<Address> addresses = parse_addresses(field->body);
    if (addresses.empty()) return std::nullopt;
    return std::move(addresses.front());
}

// RFC 5256 section 3: the addr-mailbox of the first address, empty if there is none.
std::string mailbox_key(const std::optional<Address>& address) {
    return address ? key(address->mailbox.value_or("")) : std::string();
}

// RFC 5957 section 3: the display name, else the group's name, else mailbox@host.
std::string display_key(const std::optional<Address>& address) {
    if (!address) return {};
    if (address->name) return key(decode_header_text(*address->name));
    const std::string mailbox = decode_header_text(address->mailbox.value_or(""));
    if (address->kind == Address::Kind::group_start || !address->host) return key(mailbox);
    return key(mailbox + "@" + *address->host);
}

// Calls `take` with what stands between < and >.
template <typename Take>
void each_message_id(std::string_view body, Take take) {
    const std::string text = unfold(body);
    std::size_t at = 0;
    while (true) {
        const std::size_t start = text.find('<', at);
        const std::size_t end = start == std::string::npos ? start : text.find('>', start);
        if (end == std::string::npos) return;
        const std::string_view id = std::string_view(text).substr(start + 1, end - start - 1);
        // Folding may have left white space in an id, which is no part of it.
        std::string clean;
        for (const char c : id) {
            if (c != ' ' && c != '\t') clean += c;
        }
        if (!clean.empty()) take(clean);
        at = end + 1;
    }
}

std::vector<std::uint64_t> ids_in(std::string_view block, std::string_view name) {
    std::vector<std::uint64_t> ids;
    if (const auto field = find_field(block, name)) {
        each_message_id(field->body, [&](const std::string& id) {
            ids.push_back(hash_message_id(id));
            // The first one is the thread's root, the last ones are the nearest parents.
            if (ids.size() > kDigestReferencesMax) ids.erase(ids.begin() + 1);
        });
    }
    return ids;
}

// RFC 5256 section 3: In-Reply-To serves where References has no valid message id.
std::vector<std::uint64_t> references_of(std::string_view block) {
    std::vector<std::uint64_t> references = ids_in(block, "References");
    if (!references.empty()) return references;
    references = ids_in(block, "In-Reply-To");
    if (references.size() > 1) references.resize(1);
    return references;
}

}  // namespace

std::uint64_t hash_message_id(std::string_view id) {
    const std::uint64_t hash = xxh3_64(as_bytes(id));
    return hash == 0 ? 1 : hash;
}

Digest make_digest(std::string_view header_block) {
    Digest digest;
    if (const auto field = find_field(header_block, "Date")) {
        if (const auto date = parse_date(field->body)) {
            digest.sent_seconds = date->utc_seconds;
            digest.zone_minutes = date->zone_minutes;
        }
    }
    if (const auto field = find_field(header_block, "Subject")) {
        const std::string_view body = field->body.substr(0, kSubjectBytesMax);
        const BaseSubject subject = base_subject(decode_header_text(body));
        digest.base_subject = key(subject.text);
        digest.reply_or_forward = subject.reply_or_forward;
    }
    const auto from = first_address(header_block, "From");
    const auto to = first_address(header_block, "To");
    digest.from_mailbox = mailbox_key(from);
    digest.to_mailbox = mailbox_key(to);
    digest.cc_mailbox = mailbox_key(first_address(header_block, "Cc"));
    digest.from_display = display_key(from);
    digest.to_display = display_key(to);
    if (const auto ids = ids_in(header_block, "Message-ID"); !ids.empty()) {
        digest.message_id = ids.front();
    }
    digest.references = references_of(header_block);
    return digest;
}

}  // namespace loam::mail
