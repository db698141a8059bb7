#include "imapd/cmd/searching.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "imapd/cmd/context.h"
#include "imapd/cmd/long_run.h"
#include "imapd/cmd/search_query.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

// Only messages that the client knows, so that the lowest and the highest are among them.
Query among_announced(Query query, const SelectedView& view) {
    const auto now = view.mailbox().messages();
    if (std::ranges::equal(view.announced().uids(), now, {}, {}, &MessageRow::uid)) return query;
    return among(UidSet::from_sorted(view.announced().uids()), std::move(query));
}

// Which matches the answer is made of, where their order is the mailbox's.
SearchWant wanted(const SearchReturn& want) {
    if (want.update || want.wants_every()) return {};
    const std::size_t reach = want.partial ? want.partial->reach() : 0;
    const bool from_end = want.partial && want.partial->from_end;
    return {.least = std::max<std::size_t>(from_end ? 0 : reach, want.min ? 1 : 0),
            .most = std::max<std::size_t>(from_end ? reach : 0, want.max ? 1 : 0)};
}

// What SAVE keeps and MODSEQ speaks of. MIN, MAX and PARTIAL alone mean only what they found: RFC
// 9051 section 6.4.4.1, RFC 4731 section 3.2, RFC 9394 section 3.2.
UidSet meant_by(const SearchReturn& want, std::span<const Uid> order) {
    std::vector<Uid> meant;
    if (want.wants_every()) {
        meant.assign(order.begin(), order.end());
    } else if (!order.empty()) {
        if (want.min) meant.push_back(order.front());
        if (want.max) meant.push_back(order.back());
        const auto [begin, end] =
            want.partial ? want.partial->places_in(order.size()) : PartialRange::Places{};
        meant.insert(meant.end(), order.begin() + static_cast<std::ptrdiff_t>(begin),
                     order.begin() + static_cast<std::ptrdiff_t>(end));
    }
    std::ranges::sort(meant);
    return UidSet::from_sorted(meant);
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

Task<Result<std::vector<Uid>>> find_and_sort(Session& session, SelectedView& view,
                                             const SearchArgs& args,
                                             std::vector<SortCriterion> criteria) {
    if (criteria.empty())
        co_return co_await find_messages(session, view, args, wanted(args.answer));
    LOAM_CO_TRY(std::vector<Uid> found, co_await find_messages(session, view, args));
    if (!args.answer.wants_order() && !args.answer.update) co_return found;
    co_return co_await sort(session.account(), view.mailbox(), std::move(found),
                            std::move(criteria));
}

}  // namespace

Task<Result<std::vector<Uid>>> find_messages(Session& session, SelectedView& view,
                                             const SearchArgs& args, SearchWant want) {
    session.numbers_given = args.key.has(SearchKind::seq);
    // RFC 7162 section 3.1.
    if (args.key.has(SearchKind::modseq)) session.enable_condstore();
    LOAM_CO_TRY(Query key, make_query(args.key, view));
    const Query query = among_announced(std::move(key), view);
    const std::function<bool()> cancelled = given_up(session);
    SearchProgress progress;
    co_return co_await with_reports(
        {session.port(), session.mode(), session.tag, progress},
        search(session.account(), view.mailbox(), query, cancelled, want, &progress));
}

Task<Result<std::vector<Uid>>> find_in_order(Session& session, SelectedView& view,
                                             const SearchArgs& args,
                                             std::vector<SortCriterion> criteria) {
    auto order = co_await find_and_sort(session, view, args, std::move(criteria));
    if (!order && args.answer.save && order.error().code != Errc::invalid) view.save({});
    co_return order;
}

SearchAnswer make_answer(SelectedView& view, const SearchArgs& args, std::span<const Uid> found) {
    SearchAnswer answer{.numbers = view.names_of(found, args.by_uid)};
    const bool about_modseq = args.key.has(SearchKind::modseq);
    if (args.answer.save || about_modseq) {
        // The next command is read after this one, so "$" needs no more: RFC 9051 section 6.4.4.2.
        UidSet meant = meant_by(args.answer, found);
        if (about_modseq) answer.modseq = highest_modseq(view, meant);
        if (args.answer.save) view.save(std::move(meant));
    }
    return answer;
}

bool reuses_tag(Session& session, const SearchArgs& args) {
    return args.answer.update && session.view() != nullptr &&
           session.view()->contexts().has(session.tag);
}

Task<Result<Reply>> search_in_order(Session& session, SearchArgs args,
                                    std::vector<SortCriterion> criteria,
                                    std::string_view plain_name) {
    if (needs_uids(session, args)) co_return Reply::uid_required();
    SelectedView& view = *session.view();
    if (reuses_tag(session, args)) co_return Reply::bad("this tag names a search already");
    if (!args.charset_known) {
        if (args.answer.save) view.save({});
        co_return Reply::no(code_badcharset(), "charset not known");
    }
    const bool sorted = !criteria.empty();
    LOAM_CO_TRY(const std::vector<Uid> found,
                co_await find_in_order(session, view, args, std::move(criteria)));
    if (args.answer.update && sorted) refuse_updates(session, "not while it is sorted");
    if (args.answer.update && !sorted) {
        LOAM_CO_TRY_STATUS(keep_updated(session, view, args, found, false));
    }
    const SearchAnswer answer = make_answer(view, args, found);
    ResponseWriter writer = session.writer();
    if (!args.answer.given && !plain_name.empty()) {
        write_plain_answer(writer, plain_name, answer);
    } else if (args.answer.wants_answer()) {
        write_esearch(writer, {.tag = session.tag, .by_uid = args.by_uid}, args.answer, answer);
    }
    co_return Reply::ok("searched");
}

}  // namespace loam::imap
