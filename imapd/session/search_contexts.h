#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/api/search.h"
#include "engine/base/uid_set.h"
#include "imapd/wire/encoder.h"
#include "imapd/wire/numset.h"

namespace loam::imap {

/// What tells the client which search an ESEARCH belongs to: RFC 4466 section 2.6.2, and which
/// mailbox if that is not plain: RFC 7377 section 2.1.
struct SearchCorrelator {
    std::string_view tag;
    bool by_uid = false;
    std::string_view mailbox{};  ///< canonical
    std::uint32_t uidvalidity = 0;
};
/// "* ESEARCH (TAG "a1") UID", without its end.
void begin_esearch(ResponseWriter& writer, const SearchCorrelator& correlator);

/// A search whose matches the client wants to know from now on: RFC 5267 section 4.3.
struct SearchContext {
    std::string tag;
    bool by_uid = false;
    bool names_mailbox = false;  ///< of ESEARCH: RFC 7377
    Query query;                 ///< as it was meant when it came; numbers are uids
    UidSet matches;              ///< as the client knows them
};

/// Those of one selected mailbox, and which messages they have to be held against again. Pure.
class SearchContexts {
  public:
    /// RFC 5267 section 4.3.1: more are refused.
    static constexpr std::size_t kMax = 8;

    bool empty() const { return contexts_.empty(); }
    bool full() const { return contexts_.size() == kMax; }
    bool has(std::string_view tag) const;
    void add(SearchContext context) { contexts_.push_back(std::move(context)); }
    /// Nothing happens if there is none.
    void cancel(std::string_view tag);
    std::span<SearchContext> all() { return contexts_; }

    /// These messages are new, or not as they were.
    void note_changed(const UidSet& uids);
    bool any_changed() const { return !changed_.empty(); }
    UidSet take_changed() { return std::exchange(changed_, {}); }

  private:
    std::vector<SearchContext> contexts_;
    UidSet changed_;
};

/// The word of a change of the matches; the place is always 0: the mailbox's order. RFC 5267
/// sections 4.3.2 to 4.3.4.
inline constexpr std::string_view kAddTo = " ADDTO (0 ";
inline constexpr std::string_view kRemoveFrom = " REMOVEFROM (0 ";
/// Nothing if `matches` is empty.
void write_update(ResponseWriter& writer, const SearchCorrelator& correlator, std::string_view word,
                  const NumSet& matches);

}  // namespace loam::imap
