#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/base/bytes.h"
#include "engine/index/chunk.h"
#include "engine/index/state_cursor.h"
#include "engine/index/values.h"
#include "engine/record/row_codec.h"

/// Keys and values in words, for people who look for damage.
namespace loam {
namespace {

using index::KeyType;
using index::ParsedKey;

std::string hex(Bytes bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::byte octet : bytes) {
        text.push_back(kDigits[std::to_integer<unsigned>(octet) >> 4]);
        text.push_back(kDigits[std::to_integer<unsigned>(octet) & 15]);
    }
    return text;
}

/// A line of `name=value` fields.
class Line {
  public:
    Line& add(std::string_view name, std::string_view value) {
        if (!text_.empty()) text_.push_back(' ');
        text_.append(name).append("=").append(value);
        return *this;
    }
    template <typename T>
        requires std::integral<T>
    Line& add(std::string_view name, T value) {
        return add(name, std::string_view(std::to_string(value)));
    }
    template <typename Tag, typename Raw>
    Line& add(std::string_view name, StrongId<Tag, Raw> id) {
        return add(name, id.value);
    }
    Line& quoted(std::string_view name, std::string_view value) {
        std::string text = "\"";
        for (const char c : value) {
            if (c == '"' || c == '\\') text.push_back('\\');
            if (static_cast<unsigned char>(c) < 0x20) {
                text.append("\\x").append(hex(as_bytes(std::string_view(&c, 1))));
            } else {
                text.push_back(c);
            }
        }
        return add(name, std::string_view(text.append("\"")));
    }
    std::string done() const { return text_; }

  private:
    std::string text_;
};

/// segment:offset, as `loam dump` names places in the log.
std::string lsn_text(Lsn lsn) {
    return std::to_string(lsn.value >> 32) + ":" + std::to_string((lsn.value & 0xffffffffU) * 64);
}

std::string place_text(const Place& place) {
    return lsn_text(place.group) + "#" + std::to_string(place.record) + "+" +
           std::to_string(place.offset) + "/" + std::to_string(place.length);
}

std::string flags_text(std::uint8_t flags) {
    constexpr std::string_view kLetters = "SAFTD";
    std::string text;
    for (std::size_t bit = 0; bit < kLetters.size(); ++bit)
        text.push_back((flags >> bit & 1) != 0 ? kLetters[bit] : '-');
    return text;
}

template <typename Items, typename Text>
std::string list_text(const Items& items, Text text) {
    std::string all;
    for (const auto& item : items) {
        if (!all.empty()) all.push_back(',');
        all += text(item);
    }
    return all;
}

std::string text_of(const AccountCell& cell) {
    return Line()
        .add("used_octets", cell.used_octets)
        .add("messages", cell.messages)
        .add("mailboxes", cell.mailboxes)
        .add("limit_octets", cell.limit_octets)
        .add("limit_messages", cell.limit_messages)
        .add("limit_mailboxes", cell.limit_mailboxes)
        .add("next_cid", cell.next_cid)
        .add("next_mailbox", cell.next_mailbox)
        .add("next_uidvalidity", cell.next_uidvalidity)
        .add("next_account", cell.next_account)
        .add("top_modseq", cell.top_modseq)
        .done();
}

std::string text_of(const MailboxRow& row) {
    return Line()
        .quoted("name", row.name)
        .add("uidvalidity", row.uidvalidity)
        .add("uidnext", row.uidnext)
        .add("highest_modseq", row.highest_modseq)
        .add("exists", row.exists)
        .add("unseen", row.unseen)
        .add("deleted", row.deleted)
        .add("first_unseen", row.first_unseen)
        .add("octets", row.octets)
        .add("deleted_octets", row.deleted_octets)
        .add("vanished_floor", row.vanished_floor)
        .quoted("special_use", row.special_use)
        .quoted("keywords", list_text(row.keywords, [](const std::string& k) { return k; }))
        .done();
}

std::string text_of(const MessageRow& row) {
    return Line()
        .add("cid", row.cid)
        .add("size", row.size)
        .add("modseq", row.modseq)
        .add("flags", flags_text(row.flags))
        .add("keywords", row.keywords)
        .add("internal_date_s", row.internal_date_s)
        .add("internal_zone_min", row.internal_zone_min)
        .add("save_date_s", row.save_date_s)
        .done();
}

std::string text_of(const NameRow& row) {
    Line line;
    if (row.mailbox) line.add("mailbox", *row.mailbox);
    return line.add("subscribed", row.subscribed ? 1 : 0).done();
}

std::string text_of(const CredentialRow& row) {
    // The secret itself is nobody's business.
    return Line().quoted("name", row.name).add("secret_bytes", row.secret.size()).done();
}

std::string text_of(const ContentRow& row) {
    return Line()
        .add("size", row.size)
        .add("sidecar_bytes", row.sidecar_bytes)
        .add("sha256", hex(row.sha256))
        .add("places", list_text(row.places, place_text))
        .done();
}

std::string text_of(const SnapshotRow& row) {
    return Line()
        .add("covers", lsn_text(row.covers))
        .add("places", list_text(row.places, place_text))
        .done();
}

std::string text_of(const CheckpointRecord& checkpoint) {
    return Line()
        .add("applied", lsn_text(checkpoint.applied))
        .add("segments",
             list_text(checkpoint.segments, [](std::uint32_t id) { return std::to_string(id); }))
        .done();
}

std::string text_of(const EraseRow& row) {
    return Line()
        .add("deadline_us", row.deadline_us)
        .add("cids", list_text(row.cids, [](Cid cid) { return std::to_string(cid.value); }))
        .add("places", list_text(row.places, place_text))
        .done();
}

std::string text_of(const Place& place) {
    return Line().add("place", place_text(place)).done();
}

std::string text_of(const UidSet& uids) {
    return Line()
        .add("uids", list_text(uids.ranges(),
                               [](const UidSet::Range& range) {
                                   std::string first = std::to_string(range.first.value);
                                   if (range.first == range.last) return first;
                                   return first + ":" + std::to_string(range.last.value);
                               }))
        .done();
}

std::string text_of(const Applied& applied) {
    return Line().add("end", lsn_text(applied.end)).add("chain", hex(applied.chain)).done();
}

std::string text_of(AccountId account) {
    return Line().add("account", account).done();
}

std::string text_of(const index::Counts& counts) {
    return Line()
        .add("counts", list_text(counts,
                                 [](const auto& count) {
                                     return "+" + std::to_string(count.first) + ":" +
                                            std::to_string(count.second);
                                 }))
        .done();
}

template <typename T>
std::string text_of(const Result<T>& value) {
    if (!value) return "unreadable: " + value.error().what;
    return text_of(*value);
}

template <typename Head>
std::string head_text(const Result<Head>& head) {
    if (!head) return "unreadable: " + head.error().what;
    return Line().add("rows", head->count).done();
}

std::string_view type_text(KeyType type) {
    switch (type) {
        case KeyType::position:
            return "position";
        case KeyType::user:
            return "user";
        case KeyType::account:
            return "account";
        case KeyType::credential:
            return "credential";
        case KeyType::name:
            return "name";
        case KeyType::mailbox:
            return "mailbox";
        case KeyType::message:
            return "message";
        case KeyType::fixed:
            return "chunk-fixed";
        case KeyType::changing:
            return "chunk-changing";
        case KeyType::vanished:
            return "vanished";
        case KeyType::content:
            return "content";
        case KeyType::counts:
            return "counts";
        case KeyType::upload:
            return "upload";
        case KeyType::erase:
            return "erase";
        case KeyType::snapshot:
            return "snapshot";
        case KeyType::segments:
            return "segments";
    }
    return "unknown";
}

}  // namespace

std::string describe(const ParsedKey& key) {
    Line line;
    const bool of_store =
        key.type == KeyType::position || key.type == KeyType::user || key.type == KeyType::segments;
    if (!of_store) line.add("account", key.account);
    switch (key.type) {
        case KeyType::position:
        case KeyType::account:
        case KeyType::credential:
        case KeyType::snapshot:
        case KeyType::segments:
            break;
        case KeyType::user:
        case KeyType::name:
            line.quoted("name", key.name);
            break;
        case KeyType::mailbox:
            line.add("mailbox", key.mailbox);
            break;
        case KeyType::message:
        case KeyType::fixed:
        case KeyType::changing:
            line.add("mailbox", key.mailbox).add("uid", key.number);
            break;
        case KeyType::vanished:
            line.add("mailbox", key.mailbox).add("modseq", key.number);
            break;
        case KeyType::content:
        case KeyType::counts:
            line.add("cid", key.number);
            break;
        case KeyType::upload:
            line.add("upload", key.number).add("sequence", key.detail);
            break;
        case KeyType::erase:
            line.add("group", lsn_text(Lsn{key.number})).add("record", key.detail);
            break;
    }
    const std::string fields = line.done();
    std::string text(type_text(key.type));
    return fields.empty() ? text : text + " " + fields;
}

std::string describe(const ParsedKey& key, std::string_view value) {
    const Bytes bytes = as_bytes(value);
    switch (key.type) {
        case KeyType::position:
            return text_of(index::decode_applied(value));
        case KeyType::user:
            return text_of(index::decode_account_id(value));
        case KeyType::account:
            return text_of(decode_account_cell(bytes));
        case KeyType::credential:
            return text_of(decode_credential_row(bytes));
        case KeyType::name:
            return text_of(decode_name_row(bytes));
        case KeyType::mailbox:
            return text_of(decode_mailbox_row(bytes));
        case KeyType::message:
            return text_of(decode_message_row(bytes));
        case KeyType::fixed:
            return head_text(index::decode_fixed_head(value));
        case KeyType::changing:
            return head_text(index::decode_changing_head(value));
        case KeyType::vanished:
            return text_of(decode_uid_set(bytes));
        case KeyType::content:
            return text_of(decode_content_row(bytes));
        case KeyType::counts:
            return text_of(index::decode_counts(value));
        case KeyType::upload:
            return text_of(decode_place(bytes));
        case KeyType::erase:
            return text_of(decode_erase_row(bytes));
        case KeyType::snapshot:
            return text_of(index::decode_snapshot(value));
        case KeyType::segments:
            return text_of(index::decode_checkpoint(value));
    }
    return "unknown type";
}

}  // namespace loam
