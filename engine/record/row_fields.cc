#include "engine/record/row_fields.h"

#include <algorithm>
#include <limits>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/record/column.h"
#include "engine/record/limits.h"

namespace loam {
namespace {

constexpr std::uint64_t kUidMax = std::numeric_limits<std::uint32_t>::max();
// name_row := bits:u8 [mailbox]
constexpr std::uint8_t kNameHasMailbox = 1;
constexpr std::uint8_t kNameSubscribed = 2;
// credential_row := name secret bits:u8
constexpr std::uint8_t kCredentialAdministrator = 1;

std::int16_t get_zone(ByteReader& in) {
    const std::int64_t zone = in.svarint();
    if (zone != static_cast<std::int16_t>(zone)) in.refuse("zone out of range");
    return static_cast<std::int16_t>(zone);
}

std::uint8_t get_flags(ByteReader& in) {
    const std::uint8_t flags = in.u8();
    if (flags > kFlagsAll) in.refuse("unknown message flag");
    return flags;
}

void check_message_row(const MessageRow& row) {
    LOAM_CHECK(row.uid.value != 0);
    LOAM_CHECK(row.modseq.value <= kModseqMax);
    LOAM_CHECK(row.flags <= kFlagsAll);
}

template <typename Item, typename Field>
void put_field(ByteWriter& out, std::span<const Item> items, Field field) {
    Column column;
    column.reserve(items.size());
    for (const Item& item : items)
        column.push_back(static_cast<std::uint64_t>(field(item)));
    put_column(out, column);
}

/// Reads one column and gives each value to the item at its place; `set` returns false for a value
/// out of range.
template <typename Item, typename Set>
void get_field(ByteReader& in, std::vector<Item>& items, Set set) {
    const Column column = get_column(in, items.size());
    for (std::size_t i = 0; i < column.size(); ++i) {
        if (!set(items[i], column[i])) in.refuse("value out of range in a column");
    }
}

bool set_zone(MessageRow& row, std::uint64_t value) {
    row.internal_zone_min = static_cast<std::int16_t>(value);
    return static_cast<std::uint64_t>(row.internal_zone_min) == value;
}

bool set_flags(MessageRow& row, std::uint64_t value) {
    row.flags = static_cast<std::uint8_t>(value);
    return value <= kFlagsAll;
}

}  // namespace

Uid get_uid(ByteReader& in) {
    return Uid{get_u32(in)};
}
Modseq get_modseq(ByteReader& in) {
    return Modseq{in.varint_max(kModseqMax)};
}
MailboxId get_mailbox_id(ByteReader& in) {
    return MailboxId{get_u32(in)};
}
std::uint32_t get_u32(ByteReader& in) {
    return static_cast<std::uint32_t>(in.varint_max(std::numeric_limits<std::uint32_t>::max()));
}

void put_account_cell(ByteWriter& out, const AccountCell& cell) {
    LOAM_CHECK(cell.top_modseq.value <= kModseqMax);
    out.varint(cell.limit_octets);
    out.varint(cell.limit_messages);
    out.varint(cell.limit_mailboxes);
    out.varint(cell.used_octets);
    out.varint(cell.messages);
    out.varint(cell.mailboxes);
    out.varint(cell.next_cid.value);
    out.varint(cell.next_mailbox.value);
    out.varint(cell.next_uidvalidity);
    out.varint(cell.next_account);
    out.varint(cell.top_modseq.value);
}

AccountCell get_account_cell(ByteReader& in) {
    AccountCell cell;
    cell.limit_octets = in.varint();
    cell.limit_messages = in.varint();
    cell.limit_mailboxes = in.varint();
    cell.used_octets = in.varint();
    cell.messages = in.varint();
    cell.mailboxes = in.varint();
    cell.next_cid = Cid{in.varint()};
    cell.next_mailbox = get_mailbox_id(in);
    cell.next_uidvalidity = get_u32(in);
    cell.next_account = in.varint();
    cell.top_modseq = get_modseq(in);
    return cell;
}

void put_mailbox_row(ByteWriter& out, const MailboxRow& row) {
    LOAM_CHECK(row.name.size() <= kMailboxNameBytesMax);
    LOAM_CHECK(row.special_use.size() <= kSpecialUseBytesMax);
    LOAM_CHECK(row.keywords.size() <= kKeywordsMax);
    LOAM_CHECK(row.highest_modseq.value <= kModseqMax);
    LOAM_CHECK(row.vanished_floor.value <= kModseqMax);
    out.string(row.name);
    out.varint(row.uidvalidity);
    out.varint(row.uidnext.value);
    out.varint(row.highest_modseq.value);
    out.varint(row.exists);
    out.varint(row.unseen);
    out.varint(row.deleted);
    out.varint(row.first_unseen.value);
    out.varint(row.octets);
    out.varint(row.deleted_octets);
    out.varint(row.vanished_floor.value);
    out.string(row.special_use);
    out.varint(row.keywords.size());
    for (const std::string& keyword : row.keywords) {
        LOAM_CHECK(keyword.size() <= kKeywordBytesMax);
        out.string(keyword);
    }
}

MailboxRow get_mailbox_row(ByteReader& in) {
    MailboxRow row;
    row.name = in.string(kMailboxNameBytesMax);
    row.uidvalidity = get_u32(in);
    row.uidnext = get_uid(in);
    row.highest_modseq = get_modseq(in);
    row.exists = get_u32(in);
    row.unseen = get_u32(in);
    row.deleted = get_u32(in);
    row.first_unseen = get_uid(in);
    row.octets = in.varint();
    row.deleted_octets = in.varint();
    row.vanished_floor = get_modseq(in);
    row.special_use = in.string(kSpecialUseBytesMax);
    const std::size_t keywords = in.count(kKeywordsMax);
    for (std::size_t i = 0; i < keywords; ++i)
        row.keywords.emplace_back(in.string(kKeywordBytesMax));
    return row;
}

void put_name_row(ByteWriter& out, const NameRow& row) {
    out.u8(static_cast<std::uint8_t>((row.mailbox ? kNameHasMailbox : 0) |
                                     (row.subscribed ? kNameSubscribed : 0)));
    if (row.mailbox) out.varint(row.mailbox->value);
}

NameRow get_name_row(ByteReader& in) {
    NameRow row;
    const std::uint8_t bits = in.u8();
    if (bits > (kNameHasMailbox | kNameSubscribed)) in.refuse("unknown bit of a name");
    if ((bits & kNameHasMailbox) != 0) row.mailbox = get_mailbox_id(in);
    row.subscribed = (bits & kNameSubscribed) != 0;
    return row;
}

void put_message_row(ByteWriter& out, const MessageRow& row) {
    check_message_row(row);
    out.varint(row.uid.value);
    out.varint(row.cid.value);
    out.svarint(row.internal_date_s);
    out.svarint(row.internal_zone_min);
    out.svarint(row.save_date_s);
    out.varint(row.size);
    out.varint(row.modseq.value);
    out.u8(row.flags);
    out.varint(row.keywords);
}

MessageRow get_message_row(ByteReader& in) {
    MessageRow row;
    row.uid = get_uid(in);
    if (row.uid.value == 0) in.refuse("uid 0");
    row.cid = Cid{in.varint()};
    row.internal_date_s = in.svarint();
    row.internal_zone_min = get_zone(in);
    row.save_date_s = in.svarint();
    row.size = in.varint();
    row.modseq = get_modseq(in);
    row.flags = get_flags(in);
    row.keywords = in.varint();
    return row;
}

void put_message_rows(ByteWriter& out, std::span<const MessageRow> rows) {
    LOAM_CHECK(rows.size() <= kRecordRowsMax);
    const auto not_ascending =
        std::ranges::adjacent_find(rows, std::ranges::greater_equal{}, &MessageRow::uid);
    LOAM_CHECK(not_ascending == rows.end());
    std::ranges::for_each(rows, check_message_row);
    out.varint(rows.size());
    put_field(out, rows, [](const MessageRow& row) { return row.uid.value; });
    put_field(out, rows, [](const MessageRow& row) { return row.cid.value; });
    put_field(out, rows, [](const MessageRow& row) { return row.internal_date_s; });
    put_field(out, rows, [](const MessageRow& row) { return row.internal_zone_min; });
    put_field(out, rows, [](const MessageRow& row) { return row.save_date_s; });
    put_field(out, rows, [](const MessageRow& row) { return row.size; });
    put_field(out, rows, [](const MessageRow& row) { return row.modseq.value; });
    put_field(out, rows, [](const MessageRow& row) { return row.flags; });
    put_field(out, rows, [](const MessageRow& row) { return row.keywords; });
}

std::vector<MessageRow> get_message_rows(ByteReader& in) {
    const std::size_t count = in.varint_max(kRecordRowsMax);
    const Column uids = get_column(in, count);
    std::vector<MessageRow> rows(uids.size());
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (uids[i] <= before || uids[i] > kUidMax) in.refuse("uids of rows do not ascend");
        before = uids[i];
        rows[i].uid = Uid{static_cast<std::uint32_t>(uids[i])};
    }
    get_field(in, rows, [](MessageRow& row, std::uint64_t v) { return row.cid = Cid{v}, true; });
    get_field(in, rows, [](MessageRow& row, std::uint64_t v) {
        row.internal_date_s = static_cast<std::int64_t>(v);
        return true;
    });
    get_field(in, rows, set_zone);
    get_field(in, rows, [](MessageRow& row, std::uint64_t v) {
        row.save_date_s = static_cast<std::int64_t>(v);
        return true;
    });
    get_field(in, rows, [](MessageRow& row, std::uint64_t v) { return row.size = v, true; });
    get_field(in, rows, [](MessageRow& row, std::uint64_t v) {
        row.modseq = Modseq{v};
        return v <= kModseqMax;
    });
    get_field(in, rows, set_flags);
    get_field(in, rows, [](MessageRow& row, std::uint64_t v) { return row.keywords = v, true; });
    if (!in.ok()) rows.clear();
    return rows;
}

void put_place(ByteWriter& out, const Place& place) {
    out.varint(place.group.value);
    out.varint(place.record);
    out.varint(place.offset);
    out.varint(place.length);
    out.u64(place.xxh3);
}

Place get_place(ByteReader& in) {
    Place place;
    place.group = Lsn{in.varint()};
    place.record = get_u32(in);
    place.offset = in.varint();
    place.length = in.varint();
    place.xxh3 = in.u64();
    return place;
}

void put_places(ByteWriter& out, std::span<const Place> places) {
    LOAM_CHECK(places.size() <= kPlacesMax);
    out.varint(places.size());
    for (const Place& place : places)
        put_place(out, place);
}

std::vector<Place> get_places(ByteReader& in) {
    constexpr std::size_t kPlaceBytesMin = 12;
    const std::size_t count = in.count(kPlacesMax, kPlaceBytesMin);
    std::vector<Place> places;
    places.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        places.push_back(get_place(in));
    return places;
}

void put_content_row(ByteWriter& out, const ContentRow& row) {
    out.bytes(row.sha256);
    out.varint(row.size);
    out.varint(row.sidecar_bytes);
    put_places(out, row.places);
}

ContentRow get_content_row(ByteReader& in) {
    ContentRow row;
    const Bytes sha256 = in.bytes(row.sha256.size());
    std::ranges::copy(sha256, row.sha256.begin());
    row.size = in.varint();
    row.sidecar_bytes = in.varint();
    row.places = get_places(in);
    return row;
}

void put_credential_row(ByteWriter& out, const CredentialRow& row) {
    LOAM_CHECK(row.name.size() <= kUserNameBytesMax);
    LOAM_CHECK(row.secret.size() <= kSecretBytesMax);
    out.string(row.name);
    out.string(row.secret);
    out.u8(row.administrator ? kCredentialAdministrator : 0);
}

CredentialRow get_credential_row(ByteReader& in, std::uint8_t version) {
    CredentialRow row;
    row.name = in.string(kUserNameBytesMax);
    row.secret = in.string(kSecretBytesMax);
    if (version < 2) return row;
    const std::uint8_t bits = in.u8();
    if (bits > kCredentialAdministrator) in.refuse("unknown bit of credentials");
    row.administrator = bits == kCredentialAdministrator;
    return row;
}

void put_cids(ByteWriter& out, std::span<const Cid> cids) {
    LOAM_CHECK(cids.size() <= kRecordRowsMax);
    out.varint(cids.size());
    put_field(out, cids, [](const Cid& cid) { return cid.value; });
}

std::vector<Cid> get_cids(ByteReader& in) {
    const std::size_t count = in.varint_max(kRecordRowsMax);
    const Column column = get_column(in, count);
    std::vector<Cid> cids;
    cids.reserve(column.size());
    for (const std::uint64_t cid : column)
        cids.push_back(Cid{cid});
    return cids;
}

void put_cid_counts(ByteWriter& out, std::span<const CidCount> counts) {
    LOAM_CHECK(counts.size() <= kRecordRowsMax);
    out.varint(counts.size());
    put_field(out, counts, [](const CidCount& item) { return item.cid.value; });
    put_field(out, counts, [](const CidCount& item) { return item.count; });
}

std::vector<CidCount> get_cid_counts(ByteReader& in) {
    const std::size_t count = in.varint_max(kRecordRowsMax);
    const Column cids = get_column(in, count);
    std::vector<CidCount> counts(cids.size());
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i].cid = Cid{cids[i]};
    get_field(in, counts, [](CidCount& item, std::uint64_t v) {
        item.count = static_cast<std::uint32_t>(v);
        return item.count == v;
    });
    if (!in.ok()) counts.clear();
    return counts;
}

void put_erase_row(ByteWriter& out, const EraseRow& row) {
    out.svarint(row.deadline_us);
    put_cids(out, row.cids);
    put_places(out, row.places);
}

EraseRow get_erase_row(ByteReader& in) {
    EraseRow row;
    row.deadline_us = in.svarint();
    row.cids = get_cids(in);
    row.places = get_places(in);
    return row;
}

// uid_set := count ( gap length-1 )...     gap: uids left out since the range before, less 1; for
//                                          the first range its first uid less 1
void put_uid_set(ByteWriter& out, const UidSet& uids) {
    out.varint(uids.ranges().size());
    std::uint64_t least = 1;
    for (const UidSet::Range& range : uids.ranges()) {
        LOAM_CHECK(range.first.value >= least);
        out.varint(range.first.value - least);
        out.varint(range.last.value - range.first.value);
        least = std::uint64_t{range.last.value} + 2;
    }
}

UidSet get_uid_set(ByteReader& in) {
    UidSet uids;
    const std::size_t count = in.count(kUidMax, 2);
    std::uint64_t least = 1;
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        const std::uint64_t first = least + in.varint_max(kUidMax);
        const std::uint64_t last = first + in.varint_max(kUidMax);
        if (last > kUidMax) in.refuse("uid out of range");
        if (!in.ok()) break;
        uids.add({Uid{static_cast<std::uint32_t>(first)}, Uid{static_cast<std::uint32_t>(last)}});
        least = last + 2;
    }
    return uids;
}

}  // namespace loam
