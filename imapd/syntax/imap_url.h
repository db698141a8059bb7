#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "imapd/syntax/section.h"

namespace loam::imap {

/// A message or a part of one, as an IMAP URL without scheme and server names it:
/// "/Drafts;UIDVALIDITY=385759045/;UID=20/;SECTION=1.MIME/;PARTIAL=0.1024". RFC 5092 sections 6 and
/// 11, RFC 4469 section 3.
struct ImapUrl {
    std::string mailbox{};                       ///< canonical; never empty
    std::optional<std::uint32_t> uidvalidity{};  ///< not 0
    std::uint32_t uid = 0;                       ///< not 0
    SectionSpec section{};
    std::optional<Partial> partial{};  ///< without a length: up to the end
    friend bool operator==(const ImapUrl&, const ImapUrl&) = default;
};

/// Errors: invalid: anything else, among it an absolute URL, a path that does not begin with "/"
/// (RFC 5092 section 7.2), a mailbox, a search, and what URLAUTH adds. unsupported, limit: as
/// canonical_name() and parse_section(). Pure.
Result<ImapUrl> parse_imap_url(std::string_view url);

/// parse_imap_url() gives the same back.
std::string to_string(const ImapUrl& url);

/// `url`, whatever it is, as "BADURL" shows it: octets that cannot stand there are percent-encoded.
/// RFC 4469 section 5, url-resp-text.
std::string badurl_text(std::string_view url);

}  // namespace loam::imap
