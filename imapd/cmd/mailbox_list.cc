#include "imapd/cmd/mailbox_list.h"

#include "imapd/wire/mailbox_name.h"

namespace loam::imap {

std::string_view parent_of(std::string_view name) {
    const std::size_t at = name.rfind(kSeparator);
    return at == std::string_view::npos ? std::string_view{} : name.substr(0, at);
}

NameTree name_tree(const Account& account) {
    NameTree tree;
    for (NameEntry& entry : account.names()) {
        const bool exists = entry.mailbox.has_value();
        ListedName& listed = tree[entry.name];
        listed.mailbox = entry.mailbox;
        listed.subscribed = entry.subscribed;
        listed.special_use = std::move(entry.special_use);
        if (!exists) continue;
        for (auto up = parent_of(entry.name); !up.empty(); up = parent_of(up)) {
            tree[std::string(up)].has_children = true;
        }
    }
    return tree;
}

namespace {

void write_attributes(ResponseWriter& writer, const ListLine& line) {
    const ListedName& entry = *line.entry;
    std::string attributes;
    if (!entry.mailbox) attributes += line.extended ? " \\NonExistent" : " \\Noselect";
    if (line.show_subscribed && entry.subscribed) attributes += " \\Subscribed";
    if (entry.has_children) {
        attributes += " \\HasChildren";
    } else if (entry.mailbox) {
        attributes += " \\HasNoChildren";
    }
    if (!entry.special_use.empty()) attributes += ' ' + entry.special_use;
    writer.open().raw(std::string_view(attributes).substr(attributes.empty() ? 0 : 1)).close();
}

}  // namespace

void write_list_line(ResponseWriter& writer, const ListLine& line) {
    writer.begin().raw("LIST ");
    write_attributes(writer, line);
    writer.raw(" \"/\" ").mailbox(line.name);
    if (line.child_subscribed) writer.raw(R"( ("CHILDINFO" ("SUBSCRIBED")))");
    if (!line.old_name.empty()) {
        writer.raw(R"( ("OLDNAME" ()").string(line.old_name).raw("))");
    }
    writer.end();
}

void write_selected_name(Session& session, std::string_view name, std::string_view old_name) {
    const NameTree tree = name_tree(session.account());
    const auto found = tree.find(name);
    if (found == tree.end()) return;
    ResponseWriter writer = session.writer();
    write_list_line(
        writer, {.name = name, .entry = &found->second, .extended = true, .old_name = old_name});
}

}  // namespace loam::imap
