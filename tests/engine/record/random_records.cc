#include "tests/engine/record/random_records.h"

#include <algorithm>
#include <limits>

namespace loam::testing {

std::uint64_t RandomRecords::number(unsigned bits) {
    const std::uint64_t shift = below(bits + 1);
    return shift == 0 ? 0 : random_() >> (64 - shift);
}

std::string RandomRecords::text(std::size_t size_max) {
    std::string text(below(size_max + 1), '\0');
    for (char& c : text)
        c = static_cast<char>(below(256));
    return text;
}

ByteVector RandomRecords::octets(std::size_t size) {
    ByteVector octets(size);
    for (std::byte& octet : octets)
        octet = std::byte{static_cast<std::uint8_t>(below(256))};
    return octets;
}

AccountCell RandomRecords::account_cell() {
    return {
        .limit_octets = number(),
        .limit_messages = number(),
        .limit_mailboxes = number(),
        .used_octets = number(),
        .messages = number(),
        .mailboxes = number(),
        .next_cid = Cid{number()},
        .next_mailbox = MailboxId{number32()},
        .next_uidvalidity = number32(),
        .next_account = number(),
        .top_modseq = modseq(),
    };
}

MailboxRow RandomRecords::mailbox_row() {
    MailboxRow row{
        .name = text(below(10) == 0 ? 1024 : 20),
        .uidvalidity = number32(),
        .uidnext = Uid{number32()},
        .highest_modseq = modseq(),
        .exists = number32(),
        .unseen = number32(),
        .deleted = number32(),
        .first_unseen = Uid{number32()},
        .octets = number(),
        .deleted_octets = number(),
        .vanished_floor = modseq(),
        .special_use = below(4) == 0 ? text(40) : "",
        .keywords = {},
    };
    const std::uint64_t keywords = below(10) == 0 ? 64 : below(4);
    for (std::uint64_t i = 0; i < keywords; ++i)
        row.keywords.push_back(text(128));
    return row;
}

NameRow RandomRecords::name_row() {
    NameRow row;
    if (below(2) == 0) row.mailbox = MailboxId{number32()};
    row.subscribed = below(2) == 0;
    return row;
}

MessageRow RandomRecords::message_row() {
    return {
        .uid = Uid{std::max(1U, number32())},
        .cid = Cid{number()},
        .internal_date_s = signed_number(),
        .internal_zone_min = static_cast<std::int16_t>(number(16)),
        .save_date_s = signed_number(),
        .size = number(),
        .modseq = modseq(),
        .flags = static_cast<std::uint8_t>(below(32)),
        .keywords = number(),
    };
}

std::vector<MessageRow> RandomRecords::message_rows(std::size_t count_max) {
    std::vector<MessageRow> rows(below(count_max + 1));
    std::uint64_t uid = 0;
    const unsigned step_bits = static_cast<unsigned>(below(24));
    const bool alike = below(2) == 0;  // as in a real mailbox: most fields repeat
    const MessageRow first = message_row();
    for (MessageRow& row : rows) {
        row = alike ? first : message_row();
        uid += 1 + number(step_bits);
        row.uid = Uid{static_cast<std::uint32_t>(uid)};
    }
    while (!rows.empty() && rows.back().uid.value == 0)
        rows.pop_back();
    const auto wrapped =
        std::ranges::adjacent_find(rows, std::ranges::greater_equal{}, &MessageRow::uid);
    if (wrapped != rows.end()) rows.erase(wrapped + 1, rows.end());
    return rows;
}

Place RandomRecords::place() {
    return {.group = Lsn{number()},
            .record = number32(),
            .offset = number(),
            .length = number(),
            .xxh3 = number()};
}

ContentRow RandomRecords::content_row() {
    ContentRow row;
    std::ranges::copy(octets(row.sha256.size()), row.sha256.begin());
    row.size = number();
    row.sidecar_bytes = number();
    row.places.resize(below(5));
    std::ranges::generate(row.places, [this] { return place(); });
    return row;
}

CredentialRow RandomRecords::credential_row() {
    return {.name = text(100), .secret = text(200), .administrator = below(2) == 0};
}

std::vector<Cid> RandomRecords::cids(std::size_t count_max) {
    std::vector<Cid> cids(below(count_max));
    std::ranges::generate(cids, [this] { return Cid{number()}; });
    return cids;
}

EraseRow RandomRecords::erase_row() {
    EraseRow row;
    row.deadline_us = signed_number();
    row.cids = cids(50);
    row.places.resize(below(5));
    std::ranges::generate(row.places, [this] { return place(); });
    return row;
}

UidSet RandomRecords::uid_set(std::size_t ranges_max) {
    UidSet uids;
    std::uint64_t next = 1;
    const std::uint64_t ranges = below(ranges_max + 1);
    for (std::uint64_t i = 0; i < ranges; ++i) {
        const std::uint64_t first = next + number(12);
        const std::uint64_t last = first + number(8);
        uids.add({Uid{static_cast<std::uint32_t>(first)}, Uid{static_cast<std::uint32_t>(last)}});
        next = last + 2;
    }
    constexpr std::uint32_t kLast = std::numeric_limits<std::uint32_t>::max();
    if (below(8) == 0) uids.add(Uid{kLast});
    return uids;
}

std::vector<CidCount> RandomRecords::cid_counts(std::size_t count_max) {
    std::vector<CidCount> counts(below(count_max + 1));
    std::ranges::generate(counts, [this] { return CidCount{Cid{number()}, number32()}; });
    return counts;
}

AppendRecord RandomRecords::append_record() {
    AppendRecord record;
    record.mailbox = MailboxId{number32()};
    record.row = message_row();
    std::ranges::copy(octets(record.sha256.size()), record.sha256.begin());
    record.size = number();
    record.sidecar_bytes = number();
    record.upload = number();
    record.chunk_places.resize(below(4));
    std::ranges::generate(record.chunk_places, [this] { return place(); });
    record.mailbox_row = mailbox_row();
    record.cell = account_cell();
    return record;
}

FlagsRecord RandomRecords::flags_record() {
    FlagsRecord record;
    record.mailbox = MailboxId{number32()};
    record.modseq = modseq();
    record.runs.resize(below(6));
    for (FlagsRecord::Run& run : record.runs)
        run = {uid_set(20), static_cast<std::uint8_t>(below(32)), number()};
    record.mailbox_row = mailbox_row();
    record.cell = account_cell();
    return record;
}

MailboxRecord RandomRecords::mailbox_record() {
    MailboxRecord record;
    record.names.resize(below(4));
    for (auto& [name, row] : record.names) {
        name = text(60);
        row = name_row();
    }
    record.mailboxes.resize(below(4));
    for (auto& [id, row] : record.mailboxes) {
        id = MailboxId{number32()};
        row = mailbox_row();
    }
    record.deleted.resize(below(4));
    std::ranges::generate(record.deleted, [this] { return MailboxId{number32()}; });
    record.cell = account_cell();
    return record;
}

AccountRecord RandomRecords::account_record() {
    AccountRecord record;
    if (below(2) == 0) record.credentials = credential_row();
    record.user = text(40);
    if (below(2) == 0) record.account = AccountId{number()};
    record.cell = account_cell();
    return record;
}

CheckpointRecord RandomRecords::checkpoint_record() {
    CheckpointRecord record{.applied = Lsn{number()}, .segments = {}};
    record.segments.resize(below(20));
    std::ranges::generate(record.segments, [this] { return number32(); });
    return record;
}

Record RandomRecords::record() {
    constexpr RecordType kTypes[] = {
        RecordType::append,  RecordType::abort,      RecordType::copy,    RecordType::move,
        RecordType::flags,   RecordType::expunge,    RecordType::mailbox, RecordType::quota,
        RecordType::account, RecordType::checkpoint, RecordType::erase,   RecordType::erased,
        RecordType::vtrim,   RecordType::snapshot,
    };
    return record_of(kTypes[below(std::size(kTypes))]);
}

Record RandomRecords::record_of(RecordType type) {
    switch (type) {
        case RecordType::noop:
            return NoopRecord{};
        case RecordType::append:
            return append_record();
        case RecordType::chunk:
            return ChunkRecord{number(), number32()};
        case RecordType::abort:
            return AbortRecord{number(), signed_number()};
        case RecordType::copy:
            return CopyRecord{MailboxId{number32()}, message_rows(60), cid_counts(60),
                              mailbox_row(), account_cell()};
        case RecordType::move:
            return MoveRecord{
                MailboxId{number32()}, MailboxId{number32()}, uid_set(30),   modseq(),
                message_rows(60),      mailbox_row(),         mailbox_row(), account_cell()};
        case RecordType::flags:
            return flags_record();
        case RecordType::expunge:
            return ExpungeRecord{MailboxId{number32()}, uid_set(30),     modseq(),
                                 cid_counts(30),        signed_number(), mailbox_row(),
                                 account_cell()};
        case RecordType::mailbox:
            return mailbox_record();
        case RecordType::quota:
            return QuotaRecord{account_cell()};
        case RecordType::account:
            return account_record();
        case RecordType::checkpoint:
            return checkpoint_record();
        case RecordType::vtrim:
            return VtrimRecord{MailboxId{number32()}, modseq()};
        case RecordType::snapshot: {
            SnapshotRecord record{.covers = Lsn{number()}, .last = below(2) == 0, .parts = {}};
            if (!record.last) return record;
            record.parts.resize(below(5));
            std::ranges::generate(record.parts, [this] { return place(); });
            record.erase_deadline_us = signed_number();
            return record;
        }
        case RecordType::erase:
            return EraseRecord{{Lsn{number()}, number32()}, cids(40), erase_row()};
        case RecordType::erased:
            return ErasedRecord{{Lsn{number()}, number32()}, erase_row()};
    }
    return NoopRecord{};
}

}  // namespace loam::testing
