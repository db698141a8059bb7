#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "engine/index/index.h"

/// What the index must say, kept in plain maps, and a source of random records that says it.
namespace loam::test {

struct ScriptedRecord {
    AccountId account;
    Cid cid;
    Record record;
    Place payload;
    std::string sidecar;
};

struct ScriptedGroup {
    Lsn group;
    Lsn end;
    std::array<std::byte, 16> chain{};
    std::vector<ScriptedRecord> records;
};

/// Borrows `group`.
GroupToApply to_apply(const ScriptedGroup& group);

struct ModelMailbox {
    MailboxRow row;
    std::map<Uid, MessageRow> rows;
    std::map<Modseq, UidSet> vanished;
};

struct ModelAccount {
    AccountCell cell;
    std::optional<CredentialRow> credentials;
    std::map<std::string, NameRow> names;
    std::map<MailboxId, ModelMailbox> mailboxes;
};

/// Outlives its account: what is owed to the eraser.
struct ModelDebts {
    std::map<Cid, ContentRow> contents;
    std::map<std::uint64_t, std::map<std::uint32_t, Place>> uploads;
    std::map<EraseId, EraseRow> erasures;
};

/// Thread: one. Every run with one seed is the same.
class Model {
  public:
    explicit Model(std::uint64_t seed) : random_(seed) {}

    /// A group of up to `records_max` random records, already done to the model.
    ScriptedGroup next_group(std::size_t records_max);
    /// Rows of one content, over all mailboxes of the account.
    std::uint32_t count(AccountId account, Cid cid) const;

    Applied applied;
    std::map<std::string, AccountId> users;
    AccountCell store_cell;
    std::map<AccountId, ModelAccount> accounts;
    std::map<AccountId, ModelDebts> debts;
    std::map<std::pair<AccountId, Cid>, std::string> sidecars;

  private:
    std::uint64_t below(std::uint64_t n) { return random_() % n; }
    bool chance(unsigned percent) { return below(100) < percent; }

    // Each adds records to group_, and returns false if nothing of the kind can be done now.
    bool step();
    void create_account();
    void delete_account(AccountId id);
    void create_mailbox(AccountId id);
    void delete_mailbox(AccountId id, MailboxId mailbox);
    void append(AccountId id, MailboxId mailbox);
    void upload_chunk(AccountId id);
    void abort_upload(AccountId id);
    void copy(AccountId id, MailboxId source, MailboxId target);
    void move(AccountId id, MailboxId source, MailboxId target);
    void flags(AccountId id, MailboxId mailbox);
    void expunge(AccountId id, MailboxId mailbox, const UidSet& uids);
    void quota(AccountId id);
    bool erase(AccountId id);
    bool erased(AccountId id);

    void add(AccountId id, Record record, Cid cid = {}, Place payload = {},
             std::string sidecar = {});
    Place next_place();
    Modseq next_modseq(ModelAccount& account);
    MailboxId some_mailbox(const ModelAccount& account);
    UidSet some_uids(const ModelMailbox& mailbox);
    MessageRow new_row(ModelAccount& account, ModelMailbox& mailbox);
    /// Recomputes what a mailbox row and the cell say about the messages.
    void recount(ModelAccount& account);

    std::mt19937_64 random_;
    ScriptedGroup group_;
    std::uint64_t next_offset_ = 4096;
};

/// Asserts that all readers of `index` say what `model` says.
void expect_equal(const Index& index, const Model& model);

}  // namespace loam::test
