#include "engine/check/check_accounts.h"

#include <map>
#include <set>
#include <string>

namespace loam::check {

namespace {

/// Sums over the messages of one mailbox, in the form of its row.
MailboxRow sum_up(const std::vector<MessageRow>& rows) {
    MailboxRow sums;
    for (const MessageRow& row : rows) {
        ++sums.exists;
        sums.octets += row.size;
        if ((row.flags & kFlagSeen) == 0 && sums.unseen++ == 0) sums.first_unseen = row.uid;
        if ((row.flags & kFlagDeleted) != 0) {
            ++sums.deleted;
            sums.deleted_octets += row.size;
        }
    }
    return sums;
}

void check_counters(const std::string& where, const MailboxRow& row, const MailboxRow& sums,
                    Findings& findings) {
    findings.expect_equal(where, "EXISTS", row.exists, sums.exists);
    findings.expect_equal(where, "UNSEEN", row.unseen, sums.unseen);
    findings.expect_equal(where, "the first unseen uid", row.first_unseen.value,
                          sums.first_unseen.value);
    findings.expect_equal(where, "DELETED", row.deleted, sums.deleted);
    findings.expect_equal(where, "SIZE", row.octets, sums.octets);
    findings.expect_equal(where, "DELETED-STORAGE", row.deleted_octets, sums.deleted_octets);
}

void check_bounds(const std::string& where, const MailboxRow& row,
                  const std::vector<MessageRow>& rows, const AccountCell& cell,
                  Findings& findings) {
    Uid last{0};
    for (const MessageRow& message : rows) {
        const std::string which = where + " uid " + std::to_string(message.uid.value);
        if (message.uid <= last) findings.add(which + ": uids do not ascend");
        if (message.uid >= row.uidnext) findings.add(which + ": not below UIDNEXT");
        if (message.modseq > row.highest_modseq)
            findings.add(which + ": modseq above HIGHESTMODSEQ");
        if (message.cid >= cell.next_cid) findings.add(which + ": content id was never given out");
        const bool unknown_keyword =
            row.keywords.size() < 64 && message.keywords >> row.keywords.size() != 0;
        if (unknown_keyword) findings.add(which + ": a keyword that the mailbox does not know");
        last = message.uid;
    }
    if (row.highest_modseq > cell.top_modseq)
        findings.add(where + ": HIGHESTMODSEQ above the account's");
    if (row.vanished_floor > row.highest_modseq)
        findings.add(where + ": expunge floor above HIGHESTMODSEQ");
    if (row.uidvalidity >= cell.next_uidvalidity)
        findings.add(where + ": UIDVALIDITY was never given out");
}

void check_names(const std::string& where, const AccountImage& image, Findings& findings) {
    std::map<MailboxId, std::string> named;
    for (const auto& [name, row] : image.names) {
        if (!row.mailbox) continue;
        if (!named.emplace(*row.mailbox, name).second)
            findings.add(where + ": two names for one mailbox: " + name);
    }
    bool inbox = false;
    for (const auto& [mailbox, row] : image.mailboxes) {
        inbox = inbox || row.name == "INBOX";
        const auto found = named.find(mailbox);
        if (found == named.end()) {
            findings.add(where + ": mailbox " + row.name + " has no name");
        } else if (found->second != row.name) {
            findings.add(where + ": mailbox " + row.name + " is named " + found->second);
        }
        named.erase(mailbox);
    }
    for (const auto& [mailbox, name] : named)
        findings.add(where + ": " + name + " names a mailbox that is not there");
    if (!inbox) findings.add(where + ": no INBOX");
}

Status check_account(const IndexView& view, AccountId id, FsckReport& report, Findings& findings) {
    LOAM_TRY(const AccountImage image, view.load_account(id));
    const std::string where = "account " + std::to_string(id.value);
    check_names(where, image, findings);
    std::uint64_t octets = 0;
    std::uint64_t messages = 0;
    for (const auto& [mailbox, row] : image.mailboxes) {
        LOAM_TRY(const std::vector<MessageRow> rows, view.rows(id, mailbox));
        const std::string which = where + " mailbox " + row.name;
        const MailboxRow sums = sum_up(rows);
        check_counters(which, row, sums, findings);
        check_bounds(which, row, rows, image.cell, findings);
        LOAM_TRY(const UidSet vanished, view.vanished(id, mailbox, Modseq{0}));
        for (const MessageRow& message : rows) {
            if (vanished.contains(message.uid)) {
                findings.add(which + " uid " + std::to_string(message.uid.value) +
                             ": is there and expunged");
            }
        }
        octets += sums.octets;
        messages += sums.exists;
        ++report.mailboxes;
    }
    findings.expect_equal(where, "quota used", image.cell.used_octets, octets);
    findings.expect_equal(where, "the message count", image.cell.messages, messages);
    findings.expect_equal<std::uint64_t>(where, "the mailbox count", image.cell.mailboxes,
                                         image.mailboxes.size());
    report.messages += messages;
    return {};
}

}  // namespace

Status check_accounts(const IndexView& view, FsckReport& report, Findings& findings) {
    LOAM_TRY(const auto accounts, view.accounts());
    LOAM_TRY(const auto users, view.users());
    std::set<AccountId> present(accounts.begin(), accounts.end());
    for (const auto& [name, id] : users) {
        if (!present.contains(id)) findings.add("user " + name + ": account is not there");
    }
    for (const AccountId id : accounts) {
        if (id == kStoreAccount) continue;
        ++report.accounts;
        findings.progress("account " + std::to_string(report.accounts) + " of " +
                          std::to_string(accounts.size()));
        if (const Status checked = check_account(view, id, report, findings); !checked) {
            if (checked.error().code != Errc::corrupt) return checked;
            findings.add("account " + std::to_string(id.value) + ": " + checked.error().what);
        }
    }
    return {};
}

}  // namespace loam::check
