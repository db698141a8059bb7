#include "engine/check/message_names.h"

namespace loam::check {

Result<std::string> name_messages(const IndexView& view, AccountId account, Cid cid) {
    std::string names;
    LOAM_TRY(const auto mailboxes, view.mailboxes(account));
    for (const auto& [id, mailbox] : mailboxes) {
        LOAM_TRY(const auto rows, view.rows(account, id));
        for (const MessageRow& row : rows) {
            if (row.cid != cid) continue;
            if (!names.empty()) names += ", ";
            names += mailbox.name + " uid " + std::to_string(row.uid.value);
        }
    }
    return names;
}

}  // namespace loam::check
