#pragma once

#include <span>
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

/// Those in the order in which they are answered: without criteria that of the mailbox. If they
/// cannot be found, SAVE keeps nothing. Errors: as find_messages().
Task<Result<std::vector<Uid>>> find_in_order(Session& session, SelectedView& view,
                                             const SearchArgs& args,
                                             std::vector<SortCriterion> criteria);
/// What the answer says of those that were found. SAVE is done.
SearchAnswer make_answer(SelectedView& view, const SearchArgs& args, std::span<const Uid> found);
/// A search with this tag is kept up to date already: RFC 5267 section 4.3.
bool reuses_tag(Session& session, const SearchArgs& args);

/// SEARCH without criteria, whose order is the mailbox's, and SORT with some: RFC 5267 section 3.
/// `plain_name` is that of the answer if the client did not write RETURN; empty: it is ESEARCH.
Task<Result<Reply>> search_in_order(Session& session, SearchArgs args,
                                    std::vector<SortCriterion> criteria,
                                    std::string_view plain_name);

}  // namespace loam::imap
