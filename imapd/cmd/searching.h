#pragma once

#include <string_view>
#include <vector>

#include "engine/api/search.h"
#include "engine/api/sort.h"
#include "imapd/cmd/search_answer.h"
#include "imapd/session/reply.h"
#include "imapd/session/session.h"
#include "imapd/syntax/search.h"

/// What SEARCH, SORT and THREAD share.
namespace loam::imap {

/// Message numbers among the keys, which the client has given up: RFC 9586 section 3.5.
inline bool needs_uids(const Session& session, const SearchArgs& args) {
    return session.aware().uid_only && args.key.has_numbers();
}

/// The messages of the mailbox that match, ascending: those that the view counts, so that each has
/// a number. A client that waits long is told how far it is. Errors: invalid, closed,
/// io.
Task<Result<std::vector<Uid>>> find_messages(Session& session, SelectedView& view,
                                             const SearchArgs& args, SearchWant want = {});

/// What the answer says of a mailbox. SAVE is done. Without criteria the order is the mailbox's.
/// Errors: as find_messages().
Task<Result<SearchAnswer>> make_answer(Session& session, SelectedView& view, const SearchArgs& args,
                                       std::vector<SortCriterion> criteria);

/// SEARCH without criteria, whose order is the mailbox's, and SORT with some: RFC 5267 section 3.
/// `plain_name` is that of the answer if the client did not write RETURN; empty: it is ESEARCH.
Task<Result<Reply>> search_in_order(Session& session, SearchArgs args,
                                    std::vector<SortCriterion> criteria,
                                    std::string_view plain_name);

}  // namespace loam::imap
