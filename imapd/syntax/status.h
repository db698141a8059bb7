#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/mailbox_name.h"

namespace loam::imap {

/// Items of STATUS, one bit each: RFC 9051 sections 6.3.11 and 7.3.3, RFC 7162
/// section 3.1.7, RFC 9208 section 4.1.4, RFC 8438 section 3, RFC 7889 section 3.1. Answers list
/// them in this order.
enum class StatusItem : std::uint16_t {
    messages = 1U << 0U,
    recent = 1U << 1U,  ///< not in r2
    uidnext = 1U << 2U,
    uidvalidity = 1U << 3U,
    unseen = 1U << 4U,
    deleted = 1U << 5U,
    size = 1U << 6U,
    deleted_storage = 1U << 7U,
    highestmodseq = 1U << 8U,
    appendlimit = 1U << 9U,
    mailboxid = 1U << 10U,  ///< RFC 8474 section 4.3
};
inline constexpr StatusItem kStatusItems[] = {
    StatusItem::messages,    StatusItem::recent,          StatusItem::uidnext,
    StatusItem::uidvalidity, StatusItem::unseen,          StatusItem::deleted,
    StatusItem::size,        StatusItem::deleted_storage, StatusItem::highestmodseq,
    StatusItem::appendlimit, StatusItem::mailboxid,
};
std::string_view to_string(StatusItem item);  ///< "UIDNEXT"

struct StatusItems {
    std::uint16_t bits = 0;
    bool has(StatusItem item) const { return (bits & static_cast<std::uint16_t>(item)) != 0; }
    void add(StatusItem item) {
        bits = static_cast<std::uint16_t>(bits | static_cast<std::uint16_t>(item));
    }
    bool empty() const { return bits == 0; }
    friend bool operator==(StatusItems, StatusItems) = default;
};

struct StatusArgs {
    MailboxArg mailbox{};
    StatusItems items{};  ///< never empty
};

/// STATUS: RFC 9051 section 6.3.11.
Result<StatusArgs> parse_status(Lexer& lexer, const ParseContext& context);
/// "(" status-att *(SP status-att) ")", also in LIST RETURN (STATUS ...): RFC 5819 section 4.
Result<StatusItems> parse_status_items(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
