#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/api/account.h"
#include "imapd/session/session.h"

namespace loam::imap {

/// What LIST knows of one name (RFC 9051 section 5.1.1): a mailbox, a subscription, or only a level
/// above others.
struct ListedName {
    std::optional<MailboxId> mailbox;
    bool subscribed = false;
    bool has_children = false;  ///< a mailbox lies below
    std::string special_use;
};

/// All names of an account and the levels above them, in byte order.
using NameTree = std::map<std::string, ListedName, std::less<>>;
NameTree name_tree(const Account& account);

/// The names above `name`, nearest first: "a/b", "a" of "a/b/c".
std::string_view parent_of(std::string_view name);  ///< empty at the top

/// What a LIST response may say beside the attributes that every one has: RFC 9051 sections 7.3.1,
/// 6.3.9.2 and 6.3.9.5, RFC 5258 sections 3.2, 3.5 and 4, RFC 3348 section 3.
struct ListLine {
    std::string_view name;
    const ListedName* entry = nullptr;
    bool extended = false;          ///< \NonExistent instead of \Noselect for a level
    bool show_subscribed = false;   ///< \Subscribed where it holds
    bool child_subscribed = false;  ///< CHILDINFO ("SUBSCRIBED"): RFC 9051 section 6.3.9.6
    std::string_view old_name{};    ///< OLDNAME, if not empty: RFC 9051 section 6.3.9.7
};
void write_list_line(ResponseWriter& writer, const ListLine& line);

/// The LIST response of SELECT, EXAMINE and CREATE for one mailbox.
void write_selected_name(Session& session, std::string_view name, std::string_view old_name = {});

}  // namespace loam::imap
