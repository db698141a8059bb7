#include "engine/log/dump.h"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "engine/codec/le.h"
#include "engine/log/group.h"
#include "engine/log/segment_window.h"

namespace loam {
namespace {

std::string hex(Bytes octets) {
    std::string text;
    for (const std::byte octet : octets) {
        const auto value = std::to_integer<unsigned>(octet);
        text += "0123456789abcdef"[value >> 4];
        text += "0123456789abcdef"[value & 15];
    }
    return text;
}

std::string hex(std::uint64_t value) {
    std::array<std::byte, 8> octets;
    store_be64(octets, value);
    return hex(octets);
}

/// Builds one object; values come out in the order of the calls.
class Object {
  public:
    void number(std::string_view key, std::uint64_t value) { raw(key, std::to_string(value)); }
    void signed_number(std::string_view key, std::int64_t value) {
        raw(key, std::to_string(value));
    }
    void text(std::string_view key, std::string_view value) {  // of ours: nothing to escape
        raw(key, "\"" + std::string(value) + "\"");
    }
    void raw(std::string_view key, std::string_view value) {
        text_ += text_.empty() ? "{\"" : ",\"";
        text_.append(key).append("\":").append(value);
    }
    std::string finish() { return text_.empty() ? "{}" : text_ + "}"; }

  private:
    std::string text_;
};

void describe(Object& /*out*/, const NoopRecord& /*record*/) {}
void describe(Object& out, const AppendRecord& record) {
    out.number("mailbox", record.mailbox.value);
    out.number("uid", record.row.uid.value);
    out.number("modseq", record.row.modseq.value);
    out.number("size", record.size);
    out.number("upload", record.upload);
    out.number("chunks", record.chunk_places.size());
    out.text("sha256", hex(record.sha256));
}
void describe(Object& out, const ChunkRecord& record) {
    out.number("upload", record.upload);
    out.number("sequence", record.sequence);
}
void describe(Object& out, const AbortRecord& record) {
    out.number("upload", record.upload);
    out.signed_number("erase_deadline_us", record.erase_deadline_us);
}
void describe(Object& out, const CopyRecord& record) {
    out.number("target", record.target.value);
    out.number("rows", record.rows.size());
    out.number("contents", record.counts.size());
}
void describe(Object& out, const MoveRecord& record) {
    out.number("source", record.source.value);
    out.number("target", record.target.value);
    out.number("modseq", record.modseq.value);
    out.number("rows", record.rows.size());
}
void describe(Object& out, const FlagsRecord& record) {
    std::uint64_t messages = 0;
    for (const FlagsRecord::Run& run : record.runs)
        messages += run.uids.count();
    out.number("mailbox", record.mailbox.value);
    out.number("modseq", record.modseq.value);
    out.number("messages", messages);
}
void describe(Object& out, const ExpungeRecord& record) {
    out.number("mailbox", record.mailbox.value);
    out.number("modseq", record.modseq.value);
    out.number("messages", record.uids.count());
    out.signed_number("erase_deadline_us", record.erase_deadline_us);
}
void describe(Object& out, const MailboxRecord& record) {
    out.number("names", record.names.size());
    out.number("mailboxes", record.mailboxes.size());
    out.number("deleted", record.deleted.size());
}
void describe(Object& out, const QuotaRecord& record) {
    out.number("limit_octets", record.cell.limit_octets);
    out.number("used_octets", record.cell.used_octets);
}
void describe(Object& out, const AccountRecord& record) {
    // Names and secrets stay out of dumps.
    out.raw("has_credentials", record.credentials ? "true" : "false");
    if (record.account) out.number("names_account", record.account->value);
}
void describe(Object& out, const CheckpointRecord& record) {
    out.number("applied", record.applied.value);
    out.number("segments", record.segments.size());
}

std::string to_json(std::span<const Place> places) {
    std::string text;
    for (const Place& place : places) {
        Object out;
        out.number("segment", lsn_segment(place.group));
        out.number("offset", place.offset);
        out.number("bytes", place.length);
        text += (text.empty() ? "[" : ",") + out.finish();
    }
    return text.empty() ? "[]" : text + "]";
}
void describe(Object& out, const EraseId& id, const EraseRow& row) {
    out.number("cause_lsn", id.group.value);
    out.number("cause_number", id.number);
    out.number("contents_left", row.cids.size());
}
void describe(Object& out, const EraseRecord& record) {
    describe(out, record.id, record.row);
    out.number("contents", record.cids.size());
    out.raw("places", to_json(record.row.places));
}
void describe(Object& out, const ErasedRecord& record) {
    describe(out, record.id, record.row);
}
void describe(Object& out, const VtrimRecord& record) {
    out.number("mailbox", record.mailbox.value);
    out.number("floor", record.floor.value);
}
void describe(Object& out, const SnapshotRecord& record) {
    out.number("covers_lsn", record.covers.value);
    out.raw("last", record.last ? "true" : "false");
    out.raw("parts", to_json(record.parts));
}

std::string to_json(const ScannedRecord& record) {
    Object out;
    out.text("type", to_string(record.header.type));
    out.number("version", record.header.version);
    out.number("account", record.header.account.value);
    out.number("cid", record.header.cid.value);
    out.number("txn", record.header.txn);
    out.number("meta_bytes", record.header.meta_bytes);
    if (record.payload.length != 0) {
        out.number("payload_offset", record.payload.offset);
        out.number("payload_bytes", record.payload.length);
        out.text("payload_xxh3", hex(record.payload.xxh3));
        if (record.payload_damaged) out.raw("payload_damaged", "true");
    }
    std::visit([&](const auto& typed) { describe(out, typed); }, record.record);
    return out.finish();
}

/// What stands at `offset`: a group, or why there is none (empty: only zeros, or the file's end).
struct Found {
    std::optional<ScannedGroup> group;
    std::uint64_t next = 0;
    std::string why;
};

Task<Result<Found>> read_group(SegmentWindow& window, SegmentId segment, std::uint64_t offset) {
    LOAM_CO_TRY(const Bytes block, co_await window.view(offset, kGroupAlignBytes));
    const std::optional<GroupHeader> header = group_header_at(block, segment, offset);
    if (!header) {
        LOAM_CO_TRY(const std::uint64_t rest, co_await measure_nonzero(window, offset));
        co_return Found{.group = {}, .next = 0, .why = rest == 0 ? "" : "no group header"};
    }
    const std::size_t front_bytes = kGroupHeaderBytes + header->meta_bytes;
    LOAM_CO_TRY(const Bytes front, co_await window.view(offset, front_bytes));
    if (front.size() < front_bytes || !metas_intact(*header, front)) {
        co_return Found{.group = {}, .next = 0, .why = "record table or metas: checksum"};
    }
    Result<ScannedGroup> group = parse_group(*header, front);
    if (!group) co_return Found{.group = {}, .next = 0, .why = group.error().what};
    co_return Found{.group = *std::move(group), .next = offset + header->total_bytes, .why = {}};
}

/// Without a header, the file's first group still says which segment this is.
Task<Result<SegmentId>> segment_of(SegmentWindow& window,
                                   std::function<void(std::string_view)>& line) {
    LOAM_CO_TRY(const Bytes block,
                co_await window.view(0, kSegmentHeaderBytes + kGroupHeaderBytes));
    const Result<SegmentHeader> header = decode_segment_header(block);
    if (header) {
        line(to_json(*header));
        co_return header->segment;
    }
    Object out;
    out.number("invalid", 0);
    out.text("why", header.error().what);
    line(out.finish());
    if (block.size() < kSegmentHeaderBytes) co_return SegmentId{0};
    const Result<GroupHeader> first = decode_group_header(block.subspan(kSegmentHeaderBytes));
    co_return first ? lsn_segment(first->lsn) : SegmentId{0};
}

}  // namespace

std::string_view to_string(RecordType type) {
    switch (type) {
        case RecordType::noop:
            return "noop";
        case RecordType::append:
            return "append";
        case RecordType::chunk:
            return "chunk";
        case RecordType::abort:
            return "abort";
        case RecordType::copy:
            return "copy";
        case RecordType::move:
            return "move";
        case RecordType::flags:
            return "flags";
        case RecordType::expunge:
            return "expunge";
        case RecordType::mailbox:
            return "mailbox";
        case RecordType::quota:
            return "quota";
        case RecordType::account:
            return "account";
        case RecordType::checkpoint:
            return "checkpoint";
        case RecordType::vtrim:
            return "vtrim";
        case RecordType::snapshot:
            return "snapshot";
        case RecordType::erase:
            return "erase";
        case RecordType::erased:
            return "erased";
    }
    return "unknown";
}

std::string to_json(const SegmentHeader& header) {
    Object out;
    out.number("segment", header.segment);
    out.number("log", header.log);
    out.text("store", hex(header.store));
    out.text("signature", hex(header.signature));
    out.number("previous", header.previous);
    out.text("previous_chain", hex(header.previous_chain));
    out.signed_number("created_us", header.created_us);
    return out.finish();
}

std::string to_json(const ScannedGroup& group) {
    Object out;
    out.number("lsn", group.lsn.value);
    out.number("offset", lsn_offset(group.lsn));
    out.number("end", lsn_offset(group.end.end));
    out.signed_number("wall_us", group.wall_us);
    out.raw("closed", (group.flags & kGroupClosed) != 0 ? "true" : "false");
    out.text("chain", hex(group.end.chain));
    std::string records;
    for (const ScannedRecord& record : group.records)
        records += (records.empty() ? "[" : ",") + to_json(record);
    out.raw("records", records + "]");
    return out.finish();
}

Task<Status> dump_segment(io::Disk& disk, std::string path,
                          std::function<void(std::string_view)> line) {
    LOAM_CO_TRY(const std::unique_ptr<SegmentWindow> window,
                co_await SegmentWindow::open(disk, path));
    LOAM_CO_TRY(const SegmentId segment, co_await segment_of(*window, line));
    std::uint64_t offset = kSegmentHeaderBytes;
    while (true) {
        LOAM_CO_TRY(const Found found, co_await read_group(*window, segment, offset));
        if (!found.group) {
            Object out;
            out.number(found.why.empty() ? "end" : "invalid", offset);
            if (!found.why.empty()) out.text("why", found.why);
            line(out.finish());
            co_return Status::good();
        }
        line(to_json(*found.group));
        offset = found.next;
    }
}

}  // namespace loam
