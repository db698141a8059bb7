#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loam::mail {

/// What SORT and THREAD compare, made once at append: RFC 5256, RFC 5957. Strings are folded with
/// i;unicode-casemap (casemap.h) and cut to kDigestStringBytesMax, so they are compared as octets.
struct Digest {
    /// Date: field in UTC, seconds since 1970. Nothing: use INTERNALDATE, RFC 5256 section 2.2.
    std::optional<std::int64_t> sent_seconds;
    std::int16_t zone_minutes = 0;  ///< of the Date: field; SENTSINCE looks at the local day
    std::string base_subject;       ///< RFC 5256 section 2.1, folded
    bool reply_or_forward = false;  ///< the subject had something taken off it
    std::string from_mailbox;       ///< local part of the first address, folded
    std::string to_mailbox;
    std::string cc_mailbox;
    std::string from_display;  ///< RFC 5957 section 3: display name, else the address; folded
    std::string to_display;
    std::uint64_t message_id = 0;  ///< hash_message_id, 0 for none
    /// Hashes of References, oldest first, else of the first id in In-Reply-To.
    std::vector<std::uint64_t> references;
    friend bool operator==(const Digest&, const Digest&) = default;
};

inline constexpr std::size_t kDigestStringBytesMax = 256;
/// References kept: the first one and the newest others.
inline constexpr std::size_t kDigestReferencesMax = 100;

/// Makes the digest from the top header block of a message.
Digest make_digest(std::string_view header_block);

/// A message id without its angle brackets, hashed; never 0.
std::uint64_t hash_message_id(std::string_view id);

/// The base subject of RFC 5256 section 2.1 of a decoded, unfolded subject.
struct BaseSubject {
    std::string text;  ///< UTF-8, not casemapped
    bool reply_or_forward = false;
};
BaseSubject base_subject(std::string_view subject);

}  // namespace loam::mail
