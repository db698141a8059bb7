#pragma once

#include <map>
#include <span>
#include <utility>

#include "engine/index/index.h"
#include "engine/index/keys.h"
#include "engine/index/mailbox_editor.h"
#include "engine/index/overlay.h"

namespace loam::index {

/// Turns the records of one group into one batch. Records see what earlier ones of the group did.
/// Borrows all it is given. Errors: io, corrupt.
class GroupApplier {
  public:
    /// `kv` shows the time before the group.
    GroupApplier(const KvView& kv, TailCache& tails, const GroupToApply& group);
    GroupApplier(const GroupApplier&) = delete;
    GroupApplier& operator=(const GroupApplier&) = delete;

    /// Once. `tails` is right only once the batch is written.
    Result<Batch> run();

  private:
    /// One record: `number` is its place in the group.
    struct Context {
        AccountId account;
        std::uint32_t number = 0;
        const AppliedRecord& applied;
    };

    Status apply(const Context& at, const NoopRecord& record);
    Status apply(const Context& at, const AppendRecord& record);
    Status apply(const Context& at, const ChunkRecord& record);
    Status apply(const Context& at, const AbortRecord& record);
    Status apply(const Context& at, const CopyRecord& record);
    Status apply(const Context& at, const MoveRecord& record);
    Status apply(const Context& at, const FlagsRecord& record);
    Status apply(const Context& at, const ExpungeRecord& record);
    Status apply(const Context& at, const MailboxRecord& record);
    Status apply(const Context& at, const QuotaRecord& record);
    Status apply(const Context& at, const AccountRecord& record);
    Status apply(const Context& at, const CheckpointRecord& record);
    Status apply(const Context& at, const VtrimRecord& record);
    Status apply(const Context& at, const SnapshotRecord& record);
    Status apply(const Context& at, const EraseRecord& record);
    Status apply(const Context& at, const ErasedRecord& record);

    Result<MailboxEditor*> editor(AccountId account, MailboxId mailbox);
    void put(std::string key, const ByteVector& value);
    /// Content ids that were given out stay given out, whatever an older record says.
    Status put_cell(AccountId account, AccountCell cell);
    Status keep_cid(AccountId account, std::uint64_t upload);
    void put_erase(AccountId account, const EraseId& id, const EraseRow& row);
    void put_mailbox(AccountId account, MailboxId mailbox, const MailboxRow& row);
    Status add_vanished(AccountId account, MailboxId mailbox, Modseq modseq, const UidSet& uids);
    void owe_erasures(const Context& at, const ExpungeRecord& record);
    Status put_counts(AccountId account, std::span<const CidCount> counts);
    Status remove_all(const KeyRange& range);
    Status remove_account(AccountId account);

    const KvView& kv_;
    TailCache& tails_;
    const GroupToApply& group_;
    Batch batch_;
    OverlayView merged_;
    std::map<std::pair<AccountId, MailboxId>, MailboxEditor> editors_;
};

}  // namespace loam::index
