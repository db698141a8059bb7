#include <utility>

#include "imapd/cmd/runners.h"
#include "imapd/cmd/searching.h"

namespace loam::imap {

/// SEARCH: RFC 9051 section 6.4.4, RFC 3501 section 6.4.4. UID SEARCH: section 6.4.9.
Task<Result<Reply>> run_search(Session& session, SearchArgs args) {
    const std::string_view plain_name = session.rules().esearch_always ? "" : "SEARCH";
    co_return co_await search_in_order(session, std::move(args), {}, plain_name);
}

}  // namespace loam::imap
