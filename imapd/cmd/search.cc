#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "imapd/cmd/runners.h"
#include "imapd/cmd/search_query.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

// "* SEARCH 2 84 882 (MODSEQ 917162500)": RFC 3501 section 7.2.5, RFC 7162 section 3.1.6.
void write_search(ResponseWriter& writer, const NumSet& hits, std::optional<Modseq> modseq) {
    writer.begin().raw("SEARCH");
    for (const NumRange& range : hits.ranges()) {
        for (std::uint64_t number = range.first; number <= range.last; ++number) {
            writer.sp().number(number);
        }
    }
    if (modseq) writer.raw(" (MODSEQ ").number(modseq->value).close();
    writer.end();
}

// RFC 9051 section 7.3.4, RFC 7162 section 3.1.10: MIN, MAX and ALL are left out where there is
// nothing, COUNT never is.
void write_esearch(Session& session, const SearchArgs& args, const NumSet& hits,
                   std::optional<Modseq> modseq) {
    ResponseWriter writer = session.writer();
    writer.begin().raw("ESEARCH (TAG ").string(session.tag).close();
    if (args.by_uid) writer.raw(" UID");
    const SearchReturn& want = args.answer;
    if (want.min && !hits.empty()) writer.raw(" MIN ").number(hits.min());
    if (want.max && !hits.empty()) writer.raw(" MAX ").number(hits.max());
    if ((want.all || !want.given) && !hits.empty()) writer.raw(" ALL ").set(hits);
    if (want.count) writer.raw(" COUNT ").number(hits.count());
    if (modseq) writer.raw(" MODSEQ ").number(modseq->value);
    writer.end();
}

// What SAVE keeps (RFC 9051 section 6.4.4.2) and MODSEQ speaks of (RFC 4731 section 3.2). MIN and
// MAX alone mean only what they found.
UidSet answered(const SearchReturn& want, const UidSet& hits) {
    if (hits.empty() || want.all || want.count || !(want.min || want.max)) return hits;
    UidSet kept;
    const Uid least = hits.ranges().front().first;
    const Uid most = hits.ranges().back().last;
    if (want.min) kept.add(least);
    if (want.max && !(want.min && most == least)) kept.add(most);
    return kept;
}

// Nothing unless some message is there still.
std::optional<Modseq> highest_modseq(const SelectedView& view, const UidSet& hits) {
    std::optional<Modseq> highest;
    RowCursor cursor;
    hits.for_each([&](Uid uid) {
        const MessageRow* row = cursor.find(view.mailbox().messages(), uid);
        if (row != nullptr) highest = std::max(highest, std::optional(row->modseq));
    });
    return highest;
}

// Which matches the answer is made of. SAVE keeps what MIN and MAX found: RFC 9051 section 6.4.4.2.
SearchWant wanted(const SearchReturn& want) {
    if (!want.given || want.all || want.count || !(want.min || want.max)) return SearchWant::all;
    if (want.min && want.max) return SearchWant::ends;
    return want.min ? SearchWant::least : SearchWant::most;
}

// Only messages that the client knows, so that the lowest and the highest are among them.
Query among_announced(Query query, const SelectedView& view) {
    Query known;
    known.op = Query::Op::uids;
    known.uids = UidSet::from_sorted(view.announced().uids());
    Query both;
    both.op = Query::Op::all_of;
    both.children.push_back(std::move(known));
    both.children.push_back(std::move(query));
    return both;
}

Task<Result<UidSet>> find(Session& session, const SearchArgs& args) {
    SelectedView& view = *session.view();
    LOAM_CO_TRY(Query query, make_query(args.key, view));
    const SearchWant want = wanted(args.answer);
    if (want != SearchWant::all) query = among_announced(std::move(query), view);
    LOAM_CO_TRY(const std::vector<Uid> found,
                co_await search(session.account(), view.mailbox(), query, given_up(session), want));
    co_return UidSet::from_sorted(found);
}

}  // namespace

/// SEARCH: RFC 9051 section 6.4.4, RFC 3501 section 6.4.4. UID SEARCH: section 6.4.9.
Task<Result<Reply>> run_search(Session& session, SearchArgs args) {
    SelectedView& view = *session.view();
    if (!args.charset_known) {
        if (args.answer.save) view.save({});
        co_return Reply::no(code_badcharset(), "charset not known");
    }
    const bool about_modseq = args.key.has(SearchKind::modseq);
    if (about_modseq) session.enable_condstore();
    session.numbers_given = args.key.has(SearchKind::seq);
    const auto hits = co_await find(session, args);
    if (!hits && args.answer.save && hits.error().code != Errc::invalid) view.save({});
    if (!hits) co_return hits.error();

    // Those the client has not been told of have no number yet.
    const NumSet numbers = view.to_client(*hits, args.by_uid);
    std::optional<Modseq> modseq;
    if (args.answer.save || about_modseq) {
        const UidSet known = view.uids_of(view.announced().numbers_of(*hits));
        UidSet meant = answered(args.answer, known);
        if (about_modseq) modseq = highest_modseq(view, meant);
        if (args.answer.save) view.save(std::move(meant));
    }
    if (!args.answer.given && !session.rules().esearch_always) {
        ResponseWriter writer = session.writer();
        write_search(writer, numbers, modseq);
    } else if (args.answer.wants_answer()) {
        write_esearch(session, args, numbers, modseq);
    }
    co_return Reply::ok("searched");
}

}  // namespace loam::imap
