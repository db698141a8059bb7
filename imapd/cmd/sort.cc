#include "engine/api/sort.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "engine/api/search.h"
#include "imapd/cmd/runners.h"
#include "imapd/cmd/search_query.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

// Messages that the client knows, and how it names them.
class Named {
  public:
    Named(const SelectedView& view, const std::vector<Uid>& found, bool by_uid) : by_uid_(by_uid) {
        const NumSet numbers = view.announced().numbers_of(UidSet::from_sorted(found));
        view.uids_of(numbers).for_each([this](Uid uid) { uids_.push_back(uid); });
        for (const NumRange& range : numbers.ranges()) {
            for (std::uint64_t number = range.first; number <= range.last; ++number)
                numbers_.push_back(static_cast<std::uint32_t>(number));
        }
    }
    const std::vector<Uid>& uids() const { return uids_; }
    std::uint32_t number_of(Uid uid) const {
        if (by_uid_) return uid.value;
        const auto at = std::ranges::lower_bound(uids_, uid);
        return numbers_[static_cast<std::size_t>(at - uids_.begin())];
    }

  private:
    bool by_uid_;
    std::vector<Uid> uids_;
    std::vector<std::uint32_t> numbers_;  // of uids_
};

Task<Result<Named>> find(Session& session, const OrderedSearch& asked) {
    SelectedView& view = *session.view();
    session.numbers_given = asked.key.has(SearchKind::seq);
    LOAM_CO_TRY(const Query query, make_query(asked.key, view));
    LOAM_CO_TRY(const std::vector<Uid> found,
                co_await search(session.account(), view.mailbox(), query, given_up(session)));
    co_return Named(view, found, asked.by_uid);
}

loam::SortKey engine_key(SortField field) {
    switch (field) {
        case SortField::arrival:
            return loam::SortKey::arrival;
        case SortField::cc:
            return loam::SortKey::cc;
        case SortField::date:
            return loam::SortKey::date;
        case SortField::display_from:
            return loam::SortKey::display_from;
        case SortField::display_to:
            return loam::SortKey::display_to;
        case SortField::from:
            return loam::SortKey::from;
        case SortField::size:
            return loam::SortKey::size;
        case SortField::subject:
            return loam::SortKey::subject;
        case SortField::to:
            return loam::SortKey::to;
    }
    LOAM_CHECK(false);
}

// thread-list: RFC 5256 section 5. Threads may be as deep as there are messages.
void write_thread(ResponseWriter& writer, const Threads& threads, std::uint32_t root,
                  const Named& named) {
    struct Frame {
        std::uint32_t node = 0;
        bool in_chain = false;  // a number stands before it
        bool entered = false;
        std::size_t next_child = 0;
    };
    std::vector<Frame> stack{{root}};
    writer.open();
    while (!stack.empty()) {
        Frame& frame = stack.back();
        const Threads::Node& node = threads.nodes[frame.node];
        if (!frame.entered && node.uid) {
            if (frame.in_chain) writer.sp();
            writer.number(named.number_of(*node.uid));
        }
        frame.entered = true;
        if (node.children.size() == 1) {
            frame = {.node = node.children[0], .in_chain = node.uid.has_value()};
        } else if (frame.next_child < node.children.size()) {
            if (frame.next_child == 0 && node.uid) writer.sp();
            writer.open();
            stack.push_back({.node = node.children[frame.next_child++]});
        } else {
            writer.close();
            stack.pop_back();
        }
    }
}

}  // namespace

/// SORT and UID SORT: RFC 5256 section 3. DISPLAYFROM and DISPLAYTO: RFC 5957 section 4.
Task<Result<Reply>> run_sort(Session& session, SortArgs args) {
    if (!args.search.charset_known) co_return Reply::no(code_badcharset(), "charset not known");
    LOAM_CO_TRY(const Named named, co_await find(session, args.search));
    std::vector<SortCriterion> criteria;
    for (const SortTerm& term : args.terms)
        criteria.push_back({engine_key(term.field), term.reverse});
    LOAM_CO_TRY(const std::vector<Uid> order,
                co_await sort(session.account(), session.view()->mailbox(), named.uids(),
                              std::move(criteria)));
    ResponseWriter writer = session.writer();
    writer.begin().raw("SORT");
    for (const Uid uid : order)
        writer.sp().number(named.number_of(uid));
    writer.end();
    co_return Reply::ok("sorted");
}

/// THREAD and UID THREAD: RFC 5256 section 3.
Task<Result<Reply>> run_thread(Session& session, ThreadArgs args) {
    if (!args.search.charset_known) co_return Reply::no(code_badcharset(), "charset not known");
    LOAM_CO_TRY(const Named named, co_await find(session, args.search));
    const ThreadBy by = args.by_references ? ThreadBy::references : ThreadBy::subject;
    LOAM_CO_TRY(const Threads threads,
                co_await thread(session.account(), session.view()->mailbox(), named.uids(), by));
    ResponseWriter writer = session.writer();
    writer.begin().raw("THREAD");
    if (!threads.roots.empty()) writer.sp();
    for (const std::uint32_t root : threads.roots)
        write_thread(writer, threads, root, named);
    writer.end();
    co_return Reply::ok("threaded");
}

}  // namespace loam::imap
