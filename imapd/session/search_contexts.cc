#include "imapd/session/search_contexts.h"

#include <algorithm>

namespace loam::imap {

void begin_esearch(ResponseWriter& writer, const SearchCorrelator& correlator) {
    writer.begin().raw("ESEARCH (TAG ").string(correlator.tag);
    if (!correlator.mailbox.empty()) {
        writer.raw(" MAILBOX ").mailbox(correlator.mailbox);
        writer.raw(" UIDVALIDITY ").number(correlator.uidvalidity);
    }
    writer.close();
    if (correlator.by_uid) writer.raw(" UID");
}

bool SearchContexts::has(std::string_view tag) const {
    return std::ranges::find(contexts_, tag, &SearchContext::tag) != contexts_.end();
}

void SearchContexts::cancel(std::string_view tag) {
    std::erase_if(contexts_, [&](const SearchContext& one) { return one.tag == tag; });
    if (contexts_.empty()) changed_ = {};
}

void SearchContexts::note_changed(const UidSet& uids) {
    if (!contexts_.empty()) changed_.add(uids);
}

void write_update(ResponseWriter& writer, const SearchCorrelator& correlator, std::string_view word,
                  const NumSet& matches) {
    if (matches.empty()) return;
    begin_esearch(writer, correlator);
    writer.raw(word).raw(to_string(matches)).close().end();
}

}  // namespace loam::imap
