#pragma once

#include <span>

#include "engine/base/ids.h"
#include "engine/io/task.h"
#include "imapd/cmd/searching.h"

namespace loam::imap {

/// Keeps the client told of what matches from now on, or tells it that it will not be: RFC 5267
/// sections 4.3 and 4.3.1. `found` is all that matches now. Errors: invalid.
Status keep_updated(Session& session, SelectedView& view, const SearchArgs& args,
                    std::span<const Uid> found, bool names_mailbox);
/// Says that it will not be: RFC 5267 section 4.3.1.
void refuse_updates(Session& session, std::string_view why);

/// Tells what came to match, and what no longer does, of the messages that the client was told of.
/// What cannot be found out now is tried again with the next call.
Task<void> update_contexts(Session& session);

}  // namespace loam::imap
