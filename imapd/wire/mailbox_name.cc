#include "imapd/wire/mailbox_name.h"

#include <utility>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "imapd/wire/chars.h"
#include "imapd/wire/mutf7.h"

namespace loam::imap {
namespace {

constexpr char32_t kByteOrderMark = 0xFEFF;

bool is_refused(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029;
}

Status check_code_points(std::string_view utf8) {
    bool first = true;
    while (!utf8.empty()) {
        const auto c = take_utf8(utf8);
        if (!c) return fail(Errc::invalid, "mailbox name: not UTF-8");
        if (is_refused(*c) || (first && *c == kByteOrderMark))
            return fail(Errc::unsupported, "mailbox name: a character that no name may hold");
        first = false;
    }
    return Status::good();
}

std::string to_nfc(std::string_view utf8) {
    if (is_ascii(utf8)) return std::string(utf8);
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
    LOAM_CHECK(U_SUCCESS(error));  // its data is part of ICU
    std::string out;
    icu::StringByteSink<std::string> sink(&out);
    const icu::StringPiece in(utf8.data(), static_cast<std::int32_t>(utf8.size()));
    nfc->normalizeUTF8(0, in, sink, nullptr, error);
    LOAM_CHECK(U_SUCCESS(error));
    return out;
}

// "inbox/x" and "INBOX/x" are one name: the first component, in ASCII case only.
void fold_inbox(std::string& name) {
    constexpr std::string_view kInbox = "INBOX";
    const std::string_view first = std::string_view(name).substr(0, name.find(kSeparator));
    if (ascii_iequals(first, kInbox)) name.replace(0, kInbox.size(), kInbox);
}

}  // namespace

Result<std::string> canonical_name(std::string_view utf8) {
    // Before normalising, which costs time: composing can shorten, and no longer name is worth the
    // work.
    if (utf8.size() > 3 * kMailboxNameBytesMax) return fail(Errc::limit, "mailbox name: too long");
    LOAM_TRY_STATUS(check_code_points(utf8));
    std::string name = to_nfc(utf8);
    if (name.size() > kMailboxNameBytesMax) return fail(Errc::limit, "mailbox name: too long");
    fold_inbox(name);
    return name;
}

Result<std::string> name_octets_to_utf8(std::string_view octets, Mode mode) {
    if (!rules_of(mode).utf8_names && is_ascii(octets)) return decode_mutf7(octets);
    if (!is_utf8(octets)) return fail(Errc::invalid, "mailbox name: not UTF-8");
    return std::string(octets);
}

Result<MailboxArg> mailbox_from_wire(std::string_view octets, Mode mode) {
    if (octets.empty()) return fail(Errc::unsupported, "mailbox name: empty");
    LOAM_TRY(std::string given, name_octets_to_utf8(octets, mode));
    LOAM_TRY(std::string name, canonical_name(given));
    fold_inbox(given);  // case is no difference worth telling
    if (given == name) given.clear();
    return MailboxArg{.name = std::move(name), .given = std::move(given)};
}

std::string mailbox_to_wire(std::string_view name, Mode mode) {
    return rules_of(mode).utf8_names ? std::string(name) : encode_mutf7(name);
}

}  // namespace loam::imap
