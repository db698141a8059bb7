#include "engine/record/record.h"

#include "engine/record/record_fields.h"

namespace loam {
namespace {

constexpr std::uint8_t kMetaVersion = 1;
constexpr std::uint8_t kAccountMetaVersion = 2;  // credentials have bits

RecordType number_of(const NoopRecord&) {
    return RecordType::noop;
}
RecordType number_of(const AppendRecord&) {
    return RecordType::append;
}
RecordType number_of(const ChunkRecord&) {
    return RecordType::chunk;
}
RecordType number_of(const AbortRecord&) {
    return RecordType::abort;
}
RecordType number_of(const CopyRecord&) {
    return RecordType::copy;
}
RecordType number_of(const MoveRecord&) {
    return RecordType::move;
}
RecordType number_of(const FlagsRecord&) {
    return RecordType::flags;
}
RecordType number_of(const ExpungeRecord&) {
    return RecordType::expunge;
}
RecordType number_of(const MailboxRecord&) {
    return RecordType::mailbox;
}
RecordType number_of(const QuotaRecord&) {
    return RecordType::quota;
}
RecordType number_of(const AccountRecord&) {
    return RecordType::account;
}
RecordType number_of(const CheckpointRecord&) {
    return RecordType::checkpoint;
}
RecordType number_of(const VtrimRecord&) {
    return RecordType::vtrim;
}
RecordType number_of(const SnapshotRecord&) {
    return RecordType::snapshot;
}
RecordType number_of(const EraseRecord&) {
    return RecordType::erase;
}
RecordType number_of(const ErasedRecord&) {
    return RecordType::erased;
}

Record get_record(RecordType type, std::uint8_t version, ByteReader& in) {
    switch (type) {
        case RecordType::noop:
            return NoopRecord{};
        case RecordType::append:
            return get_append_record(in);
        case RecordType::chunk:
            return get_chunk_record(in);
        case RecordType::abort:
            return get_abort_record(in);
        case RecordType::copy:
            return get_copy_record(in);
        case RecordType::move:
            return get_move_record(in);
        case RecordType::flags:
            return get_flags_record(in);
        case RecordType::expunge:
            return get_expunge_record(in);
        case RecordType::mailbox:
            return get_mailbox_record(in);
        case RecordType::quota:
            return get_quota_record(in);
        case RecordType::account:
            return get_account_record(in, version);
        case RecordType::checkpoint:
            return get_checkpoint_record(in);
        case RecordType::vtrim:
            return get_vtrim_record(in);
        case RecordType::snapshot:
            return get_snapshot_record(in);
        case RecordType::erase:
            return get_erase_record(in);
        case RecordType::erased:
            return get_erased_record(in);
    }
    in.refuse("unknown type");
    return NoopRecord{};
}

}  // namespace

RecordType type_of(const Record& record) {
    return std::visit([](const auto& typed) { return number_of(typed); }, record);
}

bool is_known(RecordType type) {
    const auto number = static_cast<std::uint16_t>(type);
    const bool early = number >= static_cast<std::uint16_t>(RecordType::noop) &&
                       number <= static_cast<std::uint16_t>(RecordType::snapshot);
    return early || type == RecordType::erase || type == RecordType::erased;
}

std::uint8_t meta_version(RecordType type) {
    return type == RecordType::account ? kAccountMetaVersion : kMetaVersion;
}

ByteVector encode_meta(const Record& record) {
    ByteVector meta;
    ByteWriter out(meta);
    std::visit([&](const auto& typed) { put_record(out, typed); }, record);
    return meta;
}

Result<Record> decode_meta(RecordType type, std::uint8_t version, Bytes meta) {
    if (version > meta_version(type)) return fail(Errc::unsupported, "record: newer version");
    ByteReader in(meta, "record");
    if (version == 0) in.refuse("version 0");
    Record record = get_record(type, version, in);
    LOAM_TRY_STATUS(in.finish());
    return record;
}

}  // namespace loam
