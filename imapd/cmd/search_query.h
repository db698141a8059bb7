#pragma once

#include "engine/api/search.h"
#include "engine/base/result.h"
#include "imapd/session/selected_view.h"
#include "imapd/syntax/search_key.h"

namespace loam::imap {

/// A client's search program as the engine takes it: numbers, "$" and \Recent become uids of
/// `view`. Numbers above the highest match nothing. Errors: invalid (MODSEQ, which is not offered).
Result<Query> make_query(const SearchKey& key, const SelectedView& view);

}  // namespace loam::imap
