#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/uid_set.h"

/// The state of an account as plain values: what records carry and what the index stores.
/// Encodings: docs/format/record.md. Meaning: RFC 9051 sections 2.3 and 6.3.11, RFC 7162, RFC 9208.
namespace loam {

/// System flags of one message. \Recent is not stored.
enum Flag : std::uint8_t {
    kFlagSeen = 1,
    kFlagAnswered = 2,
    kFlagFlagged = 4,
    kFlagDeleted = 8,
    kFlagDraft = 16,
};
inline constexpr std::uint8_t kFlagsAll = 31;

/// One message in one mailbox. The first block never changes; the second does, with a new modseq
/// each time.
struct MessageRow {
    Uid uid;
    Cid cid;
    std::int64_t internal_date_s = 0;    ///< seconds since 1970-01-01 UTC
    std::int16_t internal_zone_min = 0;  ///< the zone INTERNALDATE is shown in, minutes east
    std::int64_t save_date_s = 0;
    std::uint64_t size = 0;  ///< RFC822.SIZE: octets of BODY[]; RFC 9051 section 2.3.4, appendix D

    Modseq modseq;
    std::uint8_t flags = 0;      ///< Flag bits
    std::uint64_t keywords = 0;  ///< bit i is MailboxRow::keywords[i]
    friend bool operator==(const MessageRow&, const MessageRow&) = default;
};

/// What a limit holds that allows nothing at all: RFC 9208 section 3.1.2. (0 is no limit.)
inline constexpr std::uint64_t kLimitNothing = UINT64_MAX;
/// What a limit that is set allows.
constexpr std::uint64_t allowed_of(std::uint64_t limit) {
    return limit == kLimitNothing ? 0 : limit;
}
/// The limit that allows so many units and no more; nothing if IMAP, which tells numbers of 63 bits
/// (RFC 9208 section 3.1.2), could not say it.
constexpr std::optional<std::uint64_t> limit_of(std::uint64_t allowed, std::uint64_t unit) {
    if (allowed > INT64_MAX / unit) return std::nullopt;
    return allowed == 0 ? kLimitNothing : allowed * unit;
}

/// Counters and limits of one account; in every record that changes any of them.
struct AccountCell {
    std::uint64_t limit_octets = 0;  ///< 0: no limit; kLimitNothing: none allowed. Likewise below
    std::uint64_t limit_messages = 0;
    std::uint64_t limit_mailboxes = 0;
    std::uint64_t used_octets = 0;  ///< the sum of MessageRow::size, always
    std::uint64_t messages = 0;
    std::uint64_t mailboxes = 0;
    Cid next_cid{1};
    MailboxId next_mailbox{1};
    std::uint32_t next_uidvalidity = 1;
    std::uint64_t next_account = 1;  ///< used in account 0 only
    Modseq top_modseq{1};
    friend bool operator==(const AccountCell&, const AccountCell&) = default;
};

/// Everything about one mailbox but its messages.
struct MailboxRow {
    std::string name;  ///< UTF-8, NFC, "/" between levels
    std::uint32_t uidvalidity = 0;
    Uid uidnext{1};
    Modseq highest_modseq{1};
    std::uint32_t exists = 0;
    std::uint32_t unseen = 0;
    std::uint32_t deleted = 0;
    Uid first_unseen{0};  ///< 0: none
    std::uint64_t octets = 0;
    std::uint64_t deleted_octets = 0;
    Modseq vanished_floor{0};  ///< expunges at or below it are no longer known
    std::string
        special_use;  ///< RFC 6154 attributes separated by spaces, such as "\\Sent"; empty: none
    std::vector<std::string>
        keywords;  ///< at most kKeywordsMax; an entry is never removed or renamed
    friend bool operator==(const MailboxRow&, const MailboxRow&) = default;
};

/// What a mailbox name means: a mailbox, a subscription, or both. A row with neither does not
/// exist.
struct NameRow {
    std::optional<MailboxId> mailbox;
    bool subscribed = false;
    friend bool operator==(const NameRow&, const NameRow&) = default;
};

/// Where payload bytes lie in the log.
struct Place {
    Lsn group;                 ///< of the commit group that holds the record
    std::uint32_t record = 0;  ///< number of the record in its group, from 0
    std::uint64_t offset = 0;  ///< of the first octet, in the segment file (Lsn names the segment)
    std::uint64_t length = 0;
    std::uint64_t xxh3 = 0;  ///< of those octets
    friend bool operator==(const Place&, const Place&) = default;
};

/// One stored message: where its sidecar (structure, envelope, layout) and the frames of its blob
/// lie.
struct ContentRow {
    std::array<std::byte, 32> sha256{};  ///< of the message as received
    std::uint64_t size = 0;              ///< octets of the message as received
    std::uint64_t sidecar_bytes = 0;     ///< the sidecar is the first octets of the last place
    std::vector<Place>
        places;  ///< the chunks in order, then the APPEND record's own payload. The blob's frames
                 ///< are the chunks' octets, then what follows the sidecar in the last place
    friend bool operator==(const ContentRow&, const ContentRow&) = default;
};

/// Resulting number of message rows that share a content. 0: the content goes.
struct CidCount {
    Cid cid;
    std::uint32_t count = 0;
    friend bool operator==(const CidCount&, const CidCount&) = default;
};

/// How an account proves who it is. Written only by AccountRecord (and by snapshots).
struct CredentialRow {
    std::string name;    ///< the user's name, UTF-8 NFC
    std::string secret;  ///< "SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey" (RFC 5803 form),
                         ///< base64 inside; empty: no login
    bool administrator = false;  ///< may set the limits of every account
    friend bool operator==(const CredentialRow&, const CredentialRow&) = default;
};

/// Names an erasure that is owed: the record that caused it, by its group and its number there, and
/// which part of it, since one record may cause several.
struct EraseId {
    Lsn group;
    std::uint32_t number = 0;  ///< record + (part << kErasePartShift)
    friend auto operator<=>(const EraseId&, const EraseId&) = default;
};
inline constexpr unsigned kErasePartShift = 20;

/// An erasure that is owed: contents without rows, to be punched out by `deadline_us`.
struct EraseRow {
    std::int64_t deadline_us = 0;  ///< wall time
    std::vector<Cid> cids;
    std::vector<Place>
        places;  ///< of an aborted upload, or once an ERASE record has taken the content rows
    bool done() const { return cids.empty() && places.empty(); }
    friend bool operator==(const EraseRow&, const EraseRow&) = default;
};

}  // namespace loam
