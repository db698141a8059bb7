#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace loam {

/// A number with a meaning of its own: a uid, a modseq and a sequence number do not mix.
template <typename Tag, typename Raw>
struct StrongId {
    Raw value = 0;
    friend constexpr auto operator<=>(StrongId, StrongId) = default;
    using raw_type = Raw;
};

/// Unique identifier of a message in a mailbox, 1 to 2^32-1: RFC 9051 section 2.3.1.1.
using Uid = StrongId<struct UidTag, std::uint32_t>;
/// Message sequence number, 1 to the number of messages: RFC 9051 section 2.3.1.2.
using SeqNum = StrongId<struct SeqNumTag, std::uint32_t>;
/// Modification sequence, 1 to 2^63-1: RFC 7162 section 3.1.
using Modseq = StrongId<struct ModseqTag, std::uint64_t>;
/// An account, never reused. The top byte names its log (0 in this version). Account 0 is the
/// store's own.
using AccountId = StrongId<struct AccountIdTag, std::uint64_t>;
/// A mailbox of one account, never reused within it.
using MailboxId = StrongId<struct MailboxIdTag, std::uint32_t>;
/// Content id: one stored message of one account, shared by its copies, never reused within it.
using Cid = StrongId<struct CidTag, std::uint64_t>;
/// Log sequence number: (segment id << 32) | byte offset / 64. 0 is before everything.
using Lsn = StrongId<struct LsnTag, std::uint64_t>;

inline constexpr AccountId kStoreAccount{0};

}  // namespace loam

template <typename Tag, typename Raw>
struct std::hash<loam::StrongId<Tag, Raw>> {
    std::size_t operator()(loam::StrongId<Tag, Raw> id) const noexcept {
        return std::hash<Raw>{}(id.value);
    }
};
