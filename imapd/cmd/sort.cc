#include "engine/api/sort.h"

#include <utility>
#include <vector>

#include "imapd/cmd/runners.h"
#include "imapd/cmd/searching.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

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
template <typename Name>
void write_thread(ResponseWriter& writer, const Threads& threads, std::uint32_t root,
                  const Name& name) {
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
            writer.number(name(*node.uid));
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

/// SORT and UID SORT: RFC 5256 section 3. DISPLAYFROM and DISPLAYTO: RFC 5957 section 4. RETURN:
/// RFC 5267 section 3.1.
Task<Result<Reply>> run_sort(Session& session, SortArgs args) {
    std::vector<SortCriterion> criteria;
    for (const SortTerm& term : args.terms)
        criteria.push_back({engine_key(term.field), term.reverse});
    co_return co_await search_in_order(session, std::move(args.search), std::move(criteria),
                                       "SORT");
}

/// THREAD and UID THREAD: RFC 5256 section 3, RFC 7162 section 3.1.9.
Task<Result<Reply>> run_thread(Session& session, ThreadArgs args) {
    if (needs_uids(session, args.search)) co_return Reply::uid_required();
    if (!args.search.charset_known) co_return Reply::no(code_badcharset(), "charset not known");
    const bool by_uid = args.search.by_uid;
    SelectedView& view = *session.view();
    LOAM_CO_TRY(std::vector<Uid> found, co_await find_messages(session, view, args.search));
    const ThreadBy by = args.by_references ? ThreadBy::references : ThreadBy::subject;
    LOAM_CO_TRY(const Threads threads,
                co_await thread(session.account(), view.mailbox(), std::move(found), by));
    ResponseWriter writer = session.writer();
    writer.begin().raw("THREAD");
    if (!threads.roots.empty()) writer.sp();
    const auto name = [&](Uid uid) { return view.names_of({&uid, 1}, by_uid).front(); };
    for (const std::uint32_t root : threads.roots)
        write_thread(writer, threads, root, name);
    writer.end();
    co_return Reply::ok("threaded");
}

}  // namespace loam::imap
