#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loam::mail {

/// One entry of an ENVELOPE address list: RFC 9051 section 7.5.2. Strings are raw: encoded words
/// are left alone, octets above 127 are kept, quoting is undone.
struct Address {
    enum class Kind : unsigned char {
        mailbox,
        group_start,  ///< `mailbox` holds the group's name
        group_end,
    };
    Kind kind = Kind::mailbox;
    std::optional<std::string> name =
        std::nullopt;  ///< display name, else the comment after the address
    std::optional<std::string> route = std::nullopt;    ///< obs-route without its colon: "@a,@b"
    std::optional<std::string> mailbox = std::nullopt;  ///< local part
    std::optional<std::string> host = std::nullopt;     ///< none: the address had no @
    friend bool operator==(const Address&, const Address&) = default;
};

/// Addresses read from one field; the rest is left out.
inline constexpr std::size_t kAddressesMax = 10'000;

/// Reads an address-list, RFC 5322 section 3.4 with the obsolete forms of section 4.4, from a field
/// body that may still be folded. What cannot be an address is skipped up to the next comma.
std::vector<Address> parse_addresses(std::string_view body);

}  // namespace loam::mail
