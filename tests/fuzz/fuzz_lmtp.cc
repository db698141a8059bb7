// What an LMTP client says, a line at a time, and the text of a message however it is cut: RFC 5321
// sections 4.1 and 4.5.2.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "imapd/lmtp/command.h"
#include "imapd/lmtp/dot_decoder.h"
#include "imapd/wire/chars.h"

namespace loam::lmtp {
namespace {

void check_path(const Path& path) {
    LOAM_CHECK(path.text.size() <= kPathBytesMax && imap::is_utf8(path.text));
    LOAM_CHECK(path.domain.empty() || !path.local.empty());
    for (const char c : path.text)
        LOAM_CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

/// Written again, it is the same address.
void check_again(const Path& path) {
    const auto again = parse_rcpt("TO:<" + path.text + ">");
    LOAM_CHECK(again && again->local == path.local && again->domain == path.domain);
    LOAM_CHECK(again->text == path.text);
}

void check_line(std::string_view line) {
    std::string_view arguments;
    const Verb verb = parse_verb(line, arguments);
    LOAM_CHECK(arguments.size() <= line.size());
    if (verb == Verb::rcpt) {
        const auto path = parse_rcpt(arguments);
        if (!path) return;
        LOAM_CHECK(!path->local.empty());
        check_path(*path);
        check_again(*path);
    }
    if (verb == Verb::mail) {
        const auto mail = parse_mail(arguments);
        if (!mail) return;
        check_path(mail->sender);
        if (!mail->sender.local.empty()) check_again(mail->sender);
    }
}

std::string decode(std::string_view text, std::size_t piece) {
    DotDecoder decoder;
    ByteVector out;
    while (!text.empty() && !decoder.done()) {
        const std::string_view next = text.substr(0, piece);
        const std::size_t used = decoder.feed(as_bytes(next), out);
        LOAM_CHECK(used <= next.size() && (used == next.size() || decoder.done()));
        text.remove_prefix(used);
    }
    return std::string(as_text(out)) + (decoder.done() ? "." : "") + std::to_string(text.size());
}

void check_text(std::string_view text) {
    const std::string whole = decode(text, text.size());
    for (const std::size_t piece : {1U, 2U, 3U, 7U})
        LOAM_CHECK(decode(text, piece) == whole);
}

}  // namespace
}  // namespace loam::lmtp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets(reinterpret_cast<const char*>(data), size);
    for (std::size_t at = 0; at < octets.size();) {
        const std::size_t end = std::min(octets.find('\n', at), octets.size());
        loam::lmtp::check_line(octets.substr(at, end - at));
        at = end + 1;
    }
    loam::lmtp::check_text(octets);
    return 0;
}
