#pragma once

#include "engine/codec/varint.h"
#include "engine/record/record.h"

/// One pair of functions a record type: the fields of its meta, version 1.
/// Format: docs/format/record.md, section 4.
namespace loam {

void put_record(ByteWriter& out, const NoopRecord& record);
void put_record(ByteWriter& out, const AppendRecord& record);
void put_record(ByteWriter& out, const ChunkRecord& record);
void put_record(ByteWriter& out, const AbortRecord& record);
void put_record(ByteWriter& out, const CopyRecord& record);
void put_record(ByteWriter& out, const MoveRecord& record);
void put_record(ByteWriter& out, const FlagsRecord& record);
void put_record(ByteWriter& out, const ExpungeRecord& record);
void put_record(ByteWriter& out, const MailboxRecord& record);
void put_record(ByteWriter& out, const QuotaRecord& record);
void put_record(ByteWriter& out, const AccountRecord& record);
void put_record(ByteWriter& out, const CheckpointRecord& record);
void put_record(ByteWriter& out, const VtrimRecord& record);
void put_record(ByteWriter& out, const SnapshotRecord& record);
void put_record(ByteWriter& out, const EraseRecord& record);
void put_record(ByteWriter& out, const ErasedRecord& record);

AppendRecord get_append_record(ByteReader& in);
ChunkRecord get_chunk_record(ByteReader& in);
AbortRecord get_abort_record(ByteReader& in);
CopyRecord get_copy_record(ByteReader& in);
MoveRecord get_move_record(ByteReader& in);
FlagsRecord get_flags_record(ByteReader& in);
ExpungeRecord get_expunge_record(ByteReader& in);
MailboxRecord get_mailbox_record(ByteReader& in);
QuotaRecord get_quota_record(ByteReader& in);
AccountRecord get_account_record(ByteReader& in, std::uint8_t version);  ///< 1 or 2
CheckpointRecord get_checkpoint_record(ByteReader& in);
VtrimRecord get_vtrim_record(ByteReader& in);
SnapshotRecord get_snapshot_record(ByteReader& in);
EraseRecord get_erase_record(ByteReader& in);
ErasedRecord get_erased_record(ByteReader& in);

}  // namespace loam
