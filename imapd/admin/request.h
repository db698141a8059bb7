#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
    import_begin,
    import_mailbox,
    import_look,
    import_message,
    import_append,
};

/// What is said of a message from a file before its octets.
struct ImportMessage {
    std::uint64_t size = 0;               ///< about: a file's, before its line ends are CRLF
    std::uint8_t flags = 0;               ///< Flag bits
    std::vector<std::string> keywords{};  ///< as found: they may be no keywords of IMAP
    std::int64_t date_s = 0;              ///< INTERNALDATE
    bool date_of_field = false;           ///< a Date field, if there is one, knows better
};

/// What an operator asks of a store. Its form on the admin socket is one line of JSON:
/// docs/operations.md, "Admin socket".
struct Request {
    Verb verb = Verb::stats;
    std::string name{};     ///< the user's; of every verb but user_list, stats, and all of an
                            ///< import but its begin
    std::string secret{};   ///< user_add, user_passwd: as imap::make_secret() gives it
    LimitsChange limits{};  ///< user_quota; none given: only tells
    struct Search {
        std::string text{};
        std::string place = "text";  ///< or body, subject, from, to, cc, bcc, a header field's name
        bool build = false;          ///< the index first
    } search{};
    std::string mailbox{};  ///< search (empty: all), import_*
    struct Import {
        bool create = false;      ///< import_mailbox: make it where it is not there
        Uid uid{};                ///< import_look
        ImportMessage message{};  ///< import_message
    } import{};
};

/// The verb as people and the protocol name it, such as "user add".
std::string_view name_of(Verb verb);

/// One line, without its end. Errors: invalid (octets that are not UTF-8, or too many).
Result<std::string> print_request(const Request& request);
/// Pure, and takes any octets. What belongs to another verb is refused, so that no request means
/// less than it says. Errors: invalid.
Result<Request> parse_request(std::string_view line);

}  // namespace loam::admin
