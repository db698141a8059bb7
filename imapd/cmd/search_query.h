#pragma once

#include <functional>

#include "engine/api/search.h"
#include "engine/base/result.h"
#include "imapd/session/selected_view.h"
#include "imapd/session/session.h"
#include "imapd/syntax/search_key.h"

namespace loam::imap {

/// A client's search program as the engine takes it: numbers, "$" and \Recent become uids of
/// `view`. Numbers above the highest match nothing. Errors: those of
/// SelectedView::resolve.
Result<Query> make_query(const SearchKey& key, const SelectedView& view);

/// Those of `uids` for which `query` holds.
Query among(UidSet uids, Query query);

/// For search(): nobody waits for the answer any more. Borrows the session.
std::function<bool()> given_up(Session& session);

}  // namespace loam::imap
