#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/uid_set.h"
#include "engine/index/view.h"
#include "engine/record/record.h"

/// One account's state as plain values, and the records that turn one state into another.
namespace loam::check {

struct MailboxCopy {
    MailboxRow row;
    std::map<Uid, MessageRow> rows;
    UidSet vanished;
};

struct AccountCopy {
    AccountCell cell;
    std::optional<CredentialRow> credentials;
    std::map<std::string, NameRow> names;
    std::map<MailboxId, MailboxCopy> mailboxes;
    std::map<Cid, ContentRow> contents;            ///< of the messages
    std::map<Cid, std::uint32_t> counts;           ///< likewise, as they are stored
    std::map<Cid, std::uint32_t> rows_of() const;  ///< messages that have it
};

/// nullopt: there is no such account. Errors: io, corrupt.
Result<std::optional<AccountCopy>> copy_account(const IndexView& view, AccountId account);

/// What cannot be had any more.
struct Loss {
    AccountId account;
    std::string user;     ///< as far as it is known
    std::string mailbox;  ///< its name
    UidSet uids;
    std::string why;
};

/// Takes out messages whose content is not there, and makes all counters and bounds what the rest
/// says. Tells what went, and which uids nobody can account for.
std::vector<Loss> make_consistent(AccountId account, AccountCopy& copy);

/// A record of the difference, and whose content must come with it.
struct Step {
    Record record;
    std::optional<ContentRow> content;  ///< of an APPEND: its octets are to be read from there
};

/// Records that make `is`, which may be nothing, into `should`; each holds final values. Modseqs of
/// expunges are `should`'s highest: who asks what vanished is told too much rather than too little.
std::vector<Step> steps_between(const std::optional<AccountCopy>& is, const AccountCopy& should,
                                std::int64_t erase_deadline_us);

}  // namespace loam::check
