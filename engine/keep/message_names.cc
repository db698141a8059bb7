#include "engine/keep/message_names.h"

#include <algorithm>
#include <array>
#include <vector>

namespace loam::keep {

namespace {

bool contains(const std::vector<Place>& places, const Place& wanted) {
    return std::ranges::find(places, wanted) != places.end();
}

}  // namespace

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

Result<std::string> who_misses(const IndexView& view, const RecordHeader& record,
                               const Place& payload) {
    const AccountId account = record.account;
    const Cid cid = record.cid;
    const std::string whose = "account " + std::to_string(account.value);
    LOAM_TRY(const auto snapshot, view.snapshot(account));
    if (snapshot && contains(snapshot->places, payload)) return whose + ": its snapshot";
    LOAM_TRY(const auto contents, view.contents(account, std::array{cid}));
    const auto& content = contents.front();
    if (!content || !contains(content->places, payload)) return std::string();
    LOAM_TRY(const std::string names, name_messages(view, account, cid));
    if (names.empty()) return std::string();
    return whose + " content " + std::to_string(cid.value) + " (" + names + ")";
}

}  // namespace loam::keep
