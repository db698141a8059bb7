#pragma once

#include <optional>
#include <string>

#include "engine/api/message.h"
#include "engine/base/result.h"
#include "imapd/cmd/fetch_plan.h"
#include "imapd/session/session.h"

namespace loam::imap {

/// What is known of the message that a FETCH line is about.
struct FetchSubject {
    std::uint32_t number = 0;
    const MessageRow* row = nullptr;
    const MessageInfo* info = nullptr;  ///< if the plan needs it
    bool recent = false;
};

/// Appends one item whose answer is at hand, with a space before it unless it is the first. Nothing
/// is written when it fails. Errors: unsupported (not a leaf), unknown_cte, invalid (no such
/// section).
Status append_item(Session& session, const FetchPlan::Step& step, const FetchSubject& subject,
                   bool first);

/// Appends FLAGS, asked for or not.
void append_flags_item(Session& session, const FetchSubject& subject, bool first);

/// A part that BINARY or BINARY.SIZE names: RFC 9051 section 6.4.5, RFC 3516 section 4.
struct BinaryTarget {
    bool decoded = false;    ///< a leaf; else the octets as stored, from `offset`
    std::uint32_t part = 0;  ///< of a leaf
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    bool has_nul = false;
};
/// nullopt: no such section. Errors: unsupported (not a leaf, where the mode wants one),
/// unknown_cte.
Result<std::optional<BinaryTarget>> find_binary(const mail::Structure& structure,
                                                const SectionSpec& section, bool leaf_only);

}  // namespace loam::imap
