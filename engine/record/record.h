#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/uid_set.h"
#include "engine/record/rows.h"
#include "engine/record/upkeep_records.h"

/// Log records. Every one holds final values, so applying it twice is applying it once. Format:
/// docs/format/record.md.
namespace loam {

/// Numbers on disk; never reused.
enum class RecordType : std::uint16_t {
    noop = 1,
    append = 2,
    chunk = 3,
    abort = 4,
    copy = 5,
    move = 6,
    flags = 7,
    expunge = 8,
    mailbox = 9,
    quota = 10,
    account = 11,
    checkpoint = 12,
    vtrim = 13,
    snapshot = 14,
    // 15 and 18 are kept for relocation and dictionary records.
    erase = 16,
    erased = 17,
};

/// A filler, and the closing group of a segment.
struct NoopRecord {
    friend bool operator==(const NoopRecord&, const NoopRecord&) = default;
};

/// A message enters a mailbox. The payload is sidecar + blob, or the sidecar alone when the blob
/// went out in chunks.
struct AppendRecord {
    MailboxId mailbox;
    MessageRow row;
    std::array<std::byte, 32> sha256{};
    std::uint64_t size = 0;
    std::uint64_t sidecar_bytes = 0;
    std::uint64_t upload = 0;         ///< 0: not chunked
    std::vector<Place> chunk_places;  ///< of the upload's chunks, in order, all durable already
    MailboxRow mailbox_row;
    AccountCell cell;
    friend bool operator==(const AppendRecord&, const AppendRecord&) = default;
};

/// At most kChunkBytesMax of a large body's frames (the payload). Counts only once an APPEND names
/// the upload.
struct ChunkRecord {
    std::uint64_t upload =
        0;  ///< of this account, never reused: the cid that the message will get or would have got
    std::uint32_t sequence = 0;
    friend bool operator==(const ChunkRecord&, const ChunkRecord&) = default;
};

/// An upload that will never be committed.
struct AbortRecord {
    std::uint64_t upload = 0;
    std::int64_t erase_deadline_us = 0;
    friend bool operator==(const AbortRecord&, const AbortRecord&) = default;
};

/// Messages appear in a mailbox sharing the content of others.
struct CopyRecord {
    MailboxId target;
    std::vector<MessageRow> rows;  ///< new, by ascending uid
    std::vector<CidCount> counts;  ///< of every cid in `rows`
    MailboxRow target_row;
    AccountCell cell;
    friend bool operator==(const CopyRecord&, const CopyRecord&) = default;
};

/// Messages leave one mailbox and appear in another; reference counts stay.
struct MoveRecord {
    MailboxId source;
    MailboxId target;
    UidSet source_uids;
    Modseq modseq;                 ///< of the expunge in the source
    std::vector<MessageRow> rows;  ///< new, in the target
    MailboxRow source_row;
    MailboxRow target_row;
    AccountCell cell;
    friend bool operator==(const MoveRecord&, const MoveRecord&) = default;
};

/// Flags and keywords that some messages have from now on.
struct FlagsRecord {
    struct Run {
        UidSet uids;
        std::uint8_t flags = 0;
        std::uint64_t keywords = 0;
        friend bool operator==(const Run&, const Run&) = default;
    };
    MailboxId mailbox;
    Modseq modseq;  ///< of every message named in `runs`
    std::vector<Run> runs;
    MailboxRow mailbox_row;
    AccountCell cell;
    friend bool operator==(const FlagsRecord&, const FlagsRecord&) = default;
};

/// Messages leave a mailbox for good.
struct ExpungeRecord {
    MailboxId mailbox;
    UidSet uids;
    Modseq modseq;
    std::vector<CidCount> counts;  ///< of every cid that lost a row
    std::int64_t erase_deadline_us = 0;
    MailboxRow mailbox_row;
    AccountCell cell;
    friend bool operator==(const ExpungeRecord&, const ExpungeRecord&) = default;
};

/// Names and mailboxes as they are from now on: CREATE, DELETE, RENAME, SUBSCRIBE and their like.
struct MailboxRecord {
    std::vector<std::pair<std::string, NameRow>>
        names;  ///< a row with neither mailbox nor subscription goes
    std::vector<std::pair<MailboxId, MailboxRow>> mailboxes;
    std::vector<MailboxId>
        deleted;  ///< empty of messages already: an ExpungeRecord stands in the same transaction
    AccountCell cell;
    friend bool operator==(const MailboxRecord&, const MailboxRecord&) = default;
};

/// New limits; everything stands in the cell.
struct QuotaRecord {
    AccountCell cell;
    friend bool operator==(const QuotaRecord&, const QuotaRecord&) = default;
};

/// In an account: its credentials, or its end. In account 0: a name and the account it means, or
/// the name's end.
struct AccountRecord {
    std::optional<CredentialRow>
        credentials;                   ///< in the account itself; none: the account is deleted
    std::string user;                  ///< in account 0
    std::optional<AccountId> account;  ///< in account 0; none: the name goes
    AccountCell cell;
    friend bool operator==(const AccountRecord&, const AccountRecord&) = default;
};

using Record =
    std::variant<NoopRecord, AppendRecord, ChunkRecord, AbortRecord, CopyRecord, MoveRecord,
                 FlagsRecord, ExpungeRecord, MailboxRecord, QuotaRecord, AccountRecord,
                 CheckpointRecord, VtrimRecord, SnapshotRecord, EraseRecord, ErasedRecord>;

RecordType type_of(const Record& record);
/// Whether this program knows records of the type.
bool is_known(RecordType type);

/// The record's meta octets: what stands in the group's table after its header.
ByteVector encode_meta(const Record& record);
/// Errors: corrupt (cut short, values out of range), unsupported (a newer version of this record
/// type).
Result<Record> decode_meta(RecordType type, std::uint8_t version, Bytes meta);
/// Meta version that encode_meta writes for `type`.
std::uint8_t meta_version(RecordType type);

}  // namespace loam
