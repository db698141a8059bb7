#pragma once

#include <cstdint>
#include <span>

#include "engine/base/ids.h"
#include "engine/base/uid_set.h"
#include "imapd/syntax/select.h"
#include "imapd/wire/encoder.h"
#include "imapd/wire/numset.h"

/// Telling a client that messages are gone by their uids: RFC 7162 section 3.2.10. Pure.
namespace loam::imap {

/// Two forms that are never mixed: RFC 7162 sections 3.2.10.1 and 3.2.10.2.
enum class Vanished : std::uint8_t {
    now,      ///< messages that the client counts: its numbers move
    earlier,  ///< (EARLIER): while it was away; no number moves
};
/// Nothing for an empty set, several lines for one with very many ranges.
void write_vanished(ResponseWriter& writer, const UidSet& uids, Vanished form);

/// The highest uid that still has the number a client remembers; 0 if none has. The client knows of
/// every expunge up to it: RFC 7162 section 3.2.5.2. `present` are the mailbox's uids, ascending.
Uid matched_up_to(const QresyncParam::SeqMatch& match, std::span<const Uid> present);

/// Those between the two, exclusive.
UidSet uids_between(const NumSet& uids, Uid above, Uid below);

}  // namespace loam::imap
