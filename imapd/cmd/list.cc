#include <algorithm>
#include <set>
#include <vector>

#include "imapd/cmd/mailbox_list.h"
#include "imapd/cmd/runners.h"
#include "imapd/cmd/status_line.h"
#include "imapd/wire/list_pattern.h"

namespace loam::imap {
namespace {

bool matches(const ListArgs& args, std::string_view name) {
    return std::ranges::any_of(
        args.patterns, [&](const std::string& pattern) { return matches_pattern(pattern, name); });
}

// What the selection options choose: RFC 9051 section 6.3.9.1, RFC 5258 section 3.1. A level alone
// is only chosen where nothing is asked for.
bool chosen(const ListArgs& args, const ListedName& entry) {
    if (args.select.subscribed && !entry.subscribed) return false;
    if (args.select.special_use && entry.special_use.empty()) return false;
    if (args.select.subscribed || args.select.special_use) return true;
    return entry.mailbox || entry.has_children;
}

// Names above chosen ones that the patterns leave out: what RECURSIVEMATCH adds, and what CHILDINFO
// is worth saying for.
std::set<std::string, std::less<>> parents_of_hidden(const ListArgs& args, const NameTree& tree) {
    std::set<std::string, std::less<>> parents;
    if (!args.select.recursive_match) return parents;
    for (const auto& [name, entry] : tree) {
        if (!chosen(args, entry) || matches(args, name)) continue;
        for (auto up = parent_of(name); !up.empty(); up = parent_of(up))
            parents.emplace(up);
    }
    return parents;
}

// A LIST line for each name that is to be listed: RFC 9051 section 6.3.9.3, RFC 5258 section 3.3.
// `selectable` gets the mailboxes among them.
void write_lines(Session& session, const ListArgs& args, std::vector<std::string>& selectable) {
    NameTree tree = name_tree(session.account());
    const auto parents = parents_of_hidden(args, tree);
    for (const std::string& name : parents)
        tree[name];  // levels above mere subscriptions
    ResponseWriter writer = session.writer();
    const bool extended = args.extended || session.rules().list_on_select;
    for (const auto& [name, entry] : tree) {
        const bool above = parents.contains(name);
        if (!matches(args, name) || !(chosen(args, entry) || above)) continue;
        write_list_line(writer,
                        {.name = name,
                         .entry = &entry,
                         .extended = extended,
                         .show_subscribed = args.select.subscribed || args.answer.subscribed,
                         .child_subscribed = above});
        if (entry.mailbox) selectable.push_back(name);
    }
}

}  // namespace

/// LIST: RFC 9051 section 6.3.9 and appendix C, RFC 5258 section 3; RETURN (STATUS) of RFC 5819
/// section 2, RFC 7889 section 3.2.
Task<Result<Reply>> run_list(Session& session, ListArgs args) {
    if (args.wants_separator) {
        session.writer().untagged_line(R"(LIST (\Noselect) "/" "")");
        co_return Reply::ok("that is all");
    }
    std::vector<std::string> selectable;
    write_lines(session, args, selectable);
    if (!args.answer.status) co_return Reply::ok("that is all");
    for (const std::string& name : selectable) {
        LOAM_CO_TRY_STATUS(co_await write_status_line(session, name, *args.answer.status));
    }
    co_return Reply::ok("that is all");
}

/// LSUB: RFC 3501 sections 6.3.9 and 7.2.3. A level above a subscribed name is shown as \Noselect
/// where the pattern stops at it.
Task<Result<Reply>> run_lsub(Session& session, LsubArgs args) {
    if (args.wants_separator) {
        session.writer().untagged_line(R"(LSUB (\Noselect) "/" "")");
        co_return Reply::ok("that is all");
    }
    if (!args.pattern) co_return Reply::ok("nothing can match that");
    std::map<std::string, bool, std::less<>> found;  // name, subscribed itself
    for (const NameEntry& entry : session.account().names()) {
        if (!entry.subscribed) continue;
        if (matches_pattern(*args.pattern, entry.name)) {
            found[entry.name] = true;
            continue;
        }
        for (auto up = parent_of(entry.name); !up.empty(); up = parent_of(up)) {
            if (matches_pattern(*args.pattern, up)) found.emplace(up, false);
        }
    }
    ResponseWriter writer = session.writer();
    for (const auto& [name, subscribed] : found) {
        writer.begin().raw(subscribed ? "LSUB () \"/\" " : "LSUB (\\Noselect) \"/\" ");
        writer.mailbox(name).end();
    }
    co_return Reply::ok("that is all");
}

}  // namespace loam::imap
