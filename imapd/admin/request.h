#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/api/account.h"
#include "engine/base/result.h"

namespace loam::admin {

/// Longest request, in octets.
inline constexpr std::size_t kRequestBytesMax = 64U << 10;

enum class Verb : std::uint8_t {
    user_add,
    user_list,
    user_passwd,
    user_delete,
    user_quota,
    user_admin,
    user_no_admin,
    stats,
    search,
};

/// What an operator asks of a store. Its form on the admin socket is one line of JSON:
/// docs/operations.md, "Admin socket".
struct Request {
    Verb verb = Verb::stats;
    std::string name{};     ///< the user's; of every verb but user_list and stats
    std::string secret{};   ///< user_add, user_passwd: as imap::make_secret() gives it
    LimitsChange limits{};  ///< user_quota; none given: only tells
    struct Search {
        std::string text{};
        std::string place = "text";  ///< or body, subject, from, to, cc, bcc, a header field's name
        std::string mailbox{};       ///< empty: all
        bool build = false;          ///< the index first
    } search{};
};

/// The verb as people and the protocol name it, such as "user add".
std::string_view name_of(Verb verb);

/// One line, without its end. Errors: invalid (octets that are not UTF-8, or too many).
Result<std::string> print_request(const Request& request);
/// Pure, and takes any octets. What belongs to another verb is refused, so that no request means
/// less than it says. Errors: invalid.
Result<Request> parse_request(std::string_view line);

}  // namespace loam::admin
