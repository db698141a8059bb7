#include "engine/record/record_fields.h"

#include <algorithm>
#include <limits>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/record/column.h"
#include "engine/record/limits.h"
#include "engine/record/row_fields.h"

namespace loam {
namespace {

// account record := bits:u8 ...
constexpr std::uint8_t kAccountHasCredentials = 1;
constexpr std::uint8_t kAccountHasAccount = 2;
constexpr std::uint8_t kSnapshotLast = 1;

}  // namespace

void put_record(ByteWriter& /*out*/, const NoopRecord& /*record*/) {}

void put_record(ByteWriter& out, const AppendRecord& record) {
    out.varint(record.mailbox.value);
    put_message_row(out, record.row);
    out.bytes(record.sha256);
    out.varint(record.size);
    out.varint(record.sidecar_bytes);
    out.varint(record.upload);
    put_places(out, record.chunk_places);
    put_mailbox_row(out, record.mailbox_row);
    put_account_cell(out, record.cell);
}

AppendRecord get_append_record(ByteReader& in) {
    AppendRecord record;
    record.mailbox = get_mailbox_id(in);
    record.row = get_message_row(in);
    std::ranges::copy(in.bytes(record.sha256.size()), record.sha256.begin());
    record.size = in.varint();
    record.sidecar_bytes = in.varint();
    record.upload = in.varint();
    record.chunk_places = get_places(in);
    record.mailbox_row = get_mailbox_row(in);
    record.cell = get_account_cell(in);
    return record;
}

void put_record(ByteWriter& out, const ChunkRecord& record) {
    out.varint(record.upload);
    out.varint(record.sequence);
}

ChunkRecord get_chunk_record(ByteReader& in) {
    ChunkRecord record;
    record.upload = in.varint();
    record.sequence = get_u32(in);
    return record;
}

void put_record(ByteWriter& out, const AbortRecord& record) {
    out.varint(record.upload);
    out.svarint(record.erase_deadline_us);
}

AbortRecord get_abort_record(ByteReader& in) {
    AbortRecord record;
    record.upload = in.varint();
    record.erase_deadline_us = in.svarint();
    return record;
}

void put_record(ByteWriter& out, const CopyRecord& record) {
    out.varint(record.target.value);
    put_message_rows(out, record.rows);
    put_cid_counts(out, record.counts);
    put_mailbox_row(out, record.target_row);
    put_account_cell(out, record.cell);
}

CopyRecord get_copy_record(ByteReader& in) {
    CopyRecord record;
    record.target = get_mailbox_id(in);
    record.rows = get_message_rows(in);
    record.counts = get_cid_counts(in);
    record.target_row = get_mailbox_row(in);
    record.cell = get_account_cell(in);
    return record;
}

void put_record(ByteWriter& out, const MoveRecord& record) {
    LOAM_CHECK(record.modseq.value <= kModseqMax);
    out.varint(record.source.value);
    out.varint(record.target.value);
    put_uid_set(out, record.source_uids);
    out.varint(record.modseq.value);
    put_message_rows(out, record.rows);
    put_mailbox_row(out, record.source_row);
    put_mailbox_row(out, record.target_row);
    put_account_cell(out, record.cell);
}

MoveRecord get_move_record(ByteReader& in) {
    MoveRecord record;
    record.source = get_mailbox_id(in);
    record.target = get_mailbox_id(in);
    record.source_uids = get_uid_set(in);
    record.modseq = get_modseq(in);
    record.rows = get_message_rows(in);
    record.source_row = get_mailbox_row(in);
    record.target_row = get_mailbox_row(in);
    record.cell = get_account_cell(in);
    return record;
}

void put_record(ByteWriter& out, const FlagsRecord& record) {
    LOAM_CHECK(record.modseq.value <= kModseqMax);
    LOAM_CHECK(record.runs.size() <= kRecordRowsMax);
    out.varint(record.mailbox.value);
    out.varint(record.modseq.value);
    out.varint(record.runs.size());
    for (const FlagsRecord::Run& run : record.runs) {
        LOAM_CHECK(run.flags <= kFlagsAll);
        put_uid_set(out, run.uids);
        out.u8(run.flags);
        out.varint(run.keywords);
    }
    put_mailbox_row(out, record.mailbox_row);
    put_account_cell(out, record.cell);
}

FlagsRecord get_flags_record(ByteReader& in) {
    constexpr std::size_t kRunBytesMin = 3;
    FlagsRecord record;
    record.mailbox = get_mailbox_id(in);
    record.modseq = get_modseq(in);
    const std::size_t runs = in.count(kRecordRowsMax, kRunBytesMin);
    for (std::size_t i = 0; i < runs && in.ok(); ++i) {
        FlagsRecord::Run& run = record.runs.emplace_back();
        run.uids = get_uid_set(in);
        run.flags = in.u8();
        if (run.flags > kFlagsAll) in.refuse("unknown message flag");
        run.keywords = in.varint();
    }
    record.mailbox_row = get_mailbox_row(in);
    record.cell = get_account_cell(in);
    return record;
}

void put_record(ByteWriter& out, const ExpungeRecord& record) {
    LOAM_CHECK(record.modseq.value <= kModseqMax);
    out.varint(record.mailbox.value);
    put_uid_set(out, record.uids);
    out.varint(record.modseq.value);
    put_cid_counts(out, record.counts);
    out.svarint(record.erase_deadline_us);
    put_mailbox_row(out, record.mailbox_row);
    put_account_cell(out, record.cell);
}

ExpungeRecord get_expunge_record(ByteReader& in) {
    ExpungeRecord record;
    record.mailbox = get_mailbox_id(in);
    record.uids = get_uid_set(in);
    record.modseq = get_modseq(in);
    record.counts = get_cid_counts(in);
    record.erase_deadline_us = in.svarint();
    record.mailbox_row = get_mailbox_row(in);
    record.cell = get_account_cell(in);
    return record;
}

void put_record(ByteWriter& out, const MailboxRecord& record) {
    LOAM_CHECK(record.names.size() <= kRecordRowsMax);
    LOAM_CHECK(record.mailboxes.size() <= kRecordRowsMax);
    LOAM_CHECK(record.deleted.size() <= kRecordRowsMax);
    out.varint(record.names.size());
    for (const auto& [name, row] : record.names) {
        LOAM_CHECK(name.size() <= kMailboxNameBytesMax);
        out.string(name);
        put_name_row(out, row);
    }
    out.varint(record.mailboxes.size());
    for (const auto& [id, row] : record.mailboxes) {
        out.varint(id.value);
        put_mailbox_row(out, row);
    }
    out.varint(record.deleted.size());
    for (const MailboxId id : record.deleted)
        out.varint(id.value);
    put_account_cell(out, record.cell);
}

MailboxRecord get_mailbox_record(ByteReader& in) {
    constexpr std::size_t kNameBytesMin = 2;
    constexpr std::size_t kMailboxBytesMin = 14;
    MailboxRecord record;
    const std::size_t names = in.count(kRecordRowsMax, kNameBytesMin);
    for (std::size_t i = 0; i < names && in.ok(); ++i) {
        auto& [name, row] = record.names.emplace_back();
        name = in.string(kMailboxNameBytesMax);
        row = get_name_row(in);
    }
    const std::size_t mailboxes = in.count(kRecordRowsMax, kMailboxBytesMin);
    for (std::size_t i = 0; i < mailboxes && in.ok(); ++i) {
        auto& [id, row] = record.mailboxes.emplace_back();
        id = get_mailbox_id(in);
        row = get_mailbox_row(in);
    }
    const std::size_t deleted = in.count(kRecordRowsMax);
    for (std::size_t i = 0; i < deleted && in.ok(); ++i)
        record.deleted.push_back(get_mailbox_id(in));
    record.cell = get_account_cell(in);
    return record;
}

void put_record(ByteWriter& out, const QuotaRecord& record) {
    put_account_cell(out, record.cell);
}

QuotaRecord get_quota_record(ByteReader& in) {
    return QuotaRecord{.cell = get_account_cell(in)};
}

void put_record(ByteWriter& out, const AccountRecord& record) {
    LOAM_CHECK(record.user.size() <= kUserNameBytesMax);
    out.u8(static_cast<std::uint8_t>((record.credentials ? kAccountHasCredentials : 0) |
                                     (record.account ? kAccountHasAccount : 0)));
    if (record.credentials) put_credential_row(out, *record.credentials);
    out.string(record.user);
    if (record.account) out.varint(record.account->value);
    put_account_cell(out, record.cell);
}

AccountRecord get_account_record(ByteReader& in, std::uint8_t version) {
    AccountRecord record;
    const std::uint8_t bits = in.u8();
    if (bits > (kAccountHasCredentials | kAccountHasAccount)) in.refuse("unknown bit");
    if ((bits & kAccountHasCredentials) != 0) {
        record.credentials = get_credential_row(in, version);
    }
    record.user = in.string(kUserNameBytesMax);
    if ((bits & kAccountHasAccount) != 0) record.account = AccountId{in.varint()};
    record.cell = get_account_cell(in);
    return record;
}

void put_record(ByteWriter& out, const CheckpointRecord& record) {
    LOAM_CHECK(record.segments.size() <= kCheckpointSegmentsMax);
    out.varint(record.applied.value);
    out.varint(record.segments.size());
    put_column(out, Column(record.segments.begin(), record.segments.end()));
}

CheckpointRecord get_checkpoint_record(ByteReader& in) {
    CheckpointRecord record;
    record.applied = Lsn{in.varint()};
    const std::size_t count = in.varint_max(kCheckpointSegmentsMax);
    for (const std::uint64_t segment : get_column(in, count)) {
        if (segment > std::numeric_limits<std::uint32_t>::max()) in.refuse("segment id");
        record.segments.push_back(static_cast<std::uint32_t>(segment));
    }
    return record;
}

void put_record(ByteWriter& out, const VtrimRecord& record) {
    out.varint(record.mailbox.value);
    out.varint(record.floor.value);
}

VtrimRecord get_vtrim_record(ByteReader& in) {
    VtrimRecord record;
    record.mailbox = get_mailbox_id(in);
    record.floor = get_modseq(in);
    return record;
}

void put_record(ByteWriter& out, const SnapshotRecord& record) {
    LOAM_CHECK(record.last || (record.parts.empty() && record.erase_deadline_us == 0));
    out.u8(record.last ? kSnapshotLast : 0);
    out.varint(record.covers.value);
    if (!record.last) return;
    put_places(out, record.parts);
    out.svarint(record.erase_deadline_us);
}

SnapshotRecord get_snapshot_record(ByteReader& in) {
    SnapshotRecord record;
    const std::uint8_t bits = in.u8();
    if (bits > kSnapshotLast) in.refuse("unknown bit");
    record.covers = Lsn{in.varint()};
    record.last = bits == kSnapshotLast;
    if (!record.last) return record;
    record.parts = get_places(in);
    record.erase_deadline_us = in.svarint();
    return record;
}

namespace {

void put_erase_id(ByteWriter& out, const EraseId& id) {
    out.varint(id.group.value);
    out.varint(id.number);
}

EraseId get_erase_id(ByteReader& in) {
    EraseId id;
    id.group = Lsn{in.varint()};
    id.number = get_u32(in);
    return id;
}

}  // namespace

void put_record(ByteWriter& out, const EraseRecord& record) {
    put_erase_id(out, record.id);
    put_cids(out, record.cids);
    put_erase_row(out, record.row);
}

EraseRecord get_erase_record(ByteReader& in) {
    EraseRecord record;
    record.id = get_erase_id(in);
    record.cids = get_cids(in);
    record.row = get_erase_row(in);
    return record;
}

void put_record(ByteWriter& out, const ErasedRecord& record) {
    put_erase_id(out, record.id);
    put_erase_row(out, record.row);
}

ErasedRecord get_erased_record(ByteReader& in) {
    ErasedRecord record;
    record.id = get_erase_id(in);
    record.row = get_erase_row(in);
    return record;
}

}  // namespace loam
