#include "engine/index/keys.h"

#include <algorithm>
#include <array>
#include <concepts>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/codec/varint.h"

namespace loam::index {
namespace {

template <std::unsigned_integral T>
void put(std::string& key, T value) {
    for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8)
        key.push_back(static_cast<char>(static_cast<std::uint8_t>(value >> shift)));
}

std::string start(KeyType type) {
    std::string key;
    key.reserve(24);
    key.push_back(static_cast<char>(type));
    return key;
}

std::string start(KeyType type, AccountId account) {
    std::string key = start(type);
    put(key, account.value);
    return key;
}

std::string start(KeyType type, AccountId account, MailboxId mailbox) {
    std::string key = start(type, account);
    put(key, mailbox.value);
    return key;
}

KeyRange all_with(std::string prefix) {
    std::string upper = after_prefix(prefix);
    return {.lower = std::move(prefix), .upper = std::move(upper)};
}

}  // namespace

std::string position_key() {
    std::string key = start(KeyType::position);
    key.push_back('\0');
    return key;
}

std::string user_key(std::string_view name) {
    return start(KeyType::user).append(name);
}

std::string account_key(AccountId account) {
    return start(KeyType::account, account);
}

std::string credential_key(AccountId account) {
    return start(KeyType::credential, account);
}

std::string name_key(AccountId account, std::string_view name) {
    LOAM_CHECK(!name.contains('\0'));
    std::string key = start(KeyType::name, account);
    for (const char c : name)
        key.push_back(c == '/' ? '\0' : c);
    return key;
}

std::string mailbox_key(AccountId account, MailboxId mailbox) {
    return start(KeyType::mailbox, account, mailbox);
}

std::string message_key(AccountId account, MailboxId mailbox, Uid uid) {
    return chunk_key(KeyType::message, account, mailbox, uid);
}

std::string chunk_key(KeyType type, AccountId account, MailboxId mailbox, Uid first) {
    std::string key = start(type, account, mailbox);
    put(key, first.value);
    return key;
}

std::string vanished_key(AccountId account, MailboxId mailbox, Modseq modseq) {
    std::string key = start(KeyType::vanished, account, mailbox);
    put(key, modseq.value);
    return key;
}

std::string content_key(AccountId account, Cid cid) {
    std::string key = start(KeyType::content, account);
    put(key, cid.value);
    return key;
}

std::string counts_key(AccountId account, Cid cid) {
    std::string key = start(KeyType::counts, account);
    put(key, cid.value / kCountsPerKey);
    return key;
}

std::string upload_key(AccountId account, std::uint64_t upload, std::uint32_t sequence) {
    std::string key = start(KeyType::upload, account);
    put(key, upload);
    put(key, sequence);
    return key;
}

std::string erase_key(AccountId account, const EraseId& id) {
    std::string key = start(KeyType::erase, account);
    put(key, id.group.value);
    put(key, id.number);
    return key;
}

std::string snapshot_key(AccountId account) {
    return start(KeyType::snapshot, account);
}

std::string segments_key() {
    std::string key = start(KeyType::segments);
    key.push_back('\0');
    return key;
}

std::string sidecar_key(AccountId account, Cid cid) {
    std::string key;
    put(key, account.value);
    put(key, cid.value);
    return key;
}

KeyRange all_of(KeyType type) {
    return all_with(start(type));
}

KeyRange all_of(KeyType type, AccountId account) {
    return all_with(start(type, account));
}

KeyRange all_of(KeyType type, AccountId account, MailboxId mailbox) {
    return all_with(start(type, account, mailbox));
}

std::vector<KeyRange> all_of_account(AccountId account) {
    // In the order of their letters.
    constexpr std::array kTypes = {
        KeyType::account,  KeyType::mailbox,  KeyType::content,    KeyType::erase,
        KeyType::changing, KeyType::fixed,    KeyType::counts,     KeyType::message,
        KeyType::name,     KeyType::snapshot, KeyType::user,       KeyType::vanished,
        KeyType::segments, KeyType::upload,   KeyType::credential,
    };
    static_assert(std::ranges::is_sorted(kTypes));
    std::vector<KeyRange> ranges;
    for (const KeyType type : kTypes) {
        const bool of_store = type == KeyType::user || type == KeyType::segments;
        if (!of_store) ranges.push_back(all_of(type, account));
        if (of_store && account == kStoreAccount) ranges.push_back(all_of(type));
    }
    return ranges;
}

KeyRange all_of_upload(AccountId account, std::uint64_t upload) {
    std::string prefix = start(KeyType::upload, account);
    put(prefix, upload);
    return all_with(std::move(prefix));
}

std::string after_prefix(std::string prefix) {
    while (!prefix.empty() && prefix.back() == '\xff')
        prefix.pop_back();
    LOAM_CHECK(!prefix.empty());
    prefix.back() = static_cast<char>(static_cast<std::uint8_t>(prefix.back()) + 1);
    return prefix;
}

Result<ParsedKey> parse_key(std::string_view key) {
    ByteReader in(as_bytes(key), "index key");
    ParsedKey parsed;
    parsed.type = static_cast<KeyType>(in.u8());
    switch (parsed.type) {
        case KeyType::position:
        case KeyType::segments:
            if (in.u8() != 0) in.refuse("unknown log");
            break;
        case KeyType::user:
            parsed.name = as_text(in.rest());
            break;
        case KeyType::account:
        case KeyType::credential:
        case KeyType::snapshot:
            parsed.account = AccountId{in.be64()};
            break;
        case KeyType::name:
            parsed.account = AccountId{in.be64()};
            parsed.name = as_text(in.rest());
            if (parsed.name.contains('/')) in.refuse("a level with a slash in it");
            std::ranges::replace(parsed.name, '\0', '/');
            break;
        case KeyType::mailbox:
            parsed.account = AccountId{in.be64()};
            parsed.mailbox = MailboxId{in.be32()};
            break;
        case KeyType::message:
        case KeyType::fixed:
        case KeyType::changing:
            parsed.account = AccountId{in.be64()};
            parsed.mailbox = MailboxId{in.be32()};
            parsed.number = in.be32();
            break;
        case KeyType::vanished:
            parsed.account = AccountId{in.be64()};
            parsed.mailbox = MailboxId{in.be32()};
            parsed.number = in.be64();
            break;
        case KeyType::content:
            parsed.account = AccountId{in.be64()};
            parsed.number = in.be64();
            break;
        case KeyType::counts: {
            parsed.account = AccountId{in.be64()};
            const std::uint64_t block = in.be64();
            if (block > UINT64_MAX / kCountsPerKey) in.refuse("cids out of range");
            parsed.number = block * kCountsPerKey;
            break;
        }
        case KeyType::upload:
        case KeyType::erase:
            parsed.account = AccountId{in.be64()};
            parsed.number = in.be64();
            parsed.detail = in.be32();
            break;
        default:
            in.refuse("unknown type");
    }
    LOAM_TRY_STATUS(in.finish());
    return parsed;
}

}  // namespace loam::index
