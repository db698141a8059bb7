#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/record/rows.h"

/// Keys of the state family: a type, then an account, then what the type wants; integers big
/// endian, so that keys sort as numbers do. Format: docs/format/index.md, section 2. Pure; any
/// thread.
namespace loam::index {

enum class KeyType : char {
    position = 'P',    // log:u8
    user = 'U',        // name
    account = 'A',     // account
    credential = 'Z',  // account
    name = 'N',        // account name, 00 between levels so that children follow their parent
    mailbox = 'B',     // account mailbox
    message = 'M',     // account mailbox uid
    fixed = 'I',       // account mailbox first-uid: what never changes of a chunk of messages
    changing = 'F',    // account mailbox first-uid: its flags and modseqs
    vanished = 'V',    // account mailbox modseq
    content = 'C',     // account cid
    counts = 'K',      // account cid>>8
    upload = 'Y',      // account upload sequence:u32
    erase = 'E',       // account lsn record:u32 (EraseId)
    snapshot = 'S',    // account: its newest snapshot in the log
    segments = 'W',    // log:u8: the last checkpoint
};

/// All state keys are at or above the first of these and below the other: types are letters.
inline constexpr std::string_view kFirstKey = "\x01";
inline constexpr std::string_view kAfterLastKey = "\x7f";

/// Cids whose counts one `counts` key holds.
inline constexpr std::uint64_t kCountsPerKey = 256;

std::string position_key();  ///< of log 0, the only one
std::string user_key(std::string_view name);
std::string account_key(AccountId account);
std::string credential_key(AccountId account);
std::string name_key(AccountId account, std::string_view name);
std::string mailbox_key(AccountId account, MailboxId mailbox);
std::string message_key(AccountId account, MailboxId mailbox, Uid uid);
/// `type` is fixed or changing.
std::string chunk_key(KeyType type, AccountId account, MailboxId mailbox, Uid first);
std::string vanished_key(AccountId account, MailboxId mailbox, Modseq modseq);
std::string content_key(AccountId account, Cid cid);
std::string counts_key(AccountId account, Cid cid);
std::string upload_key(AccountId account, std::uint64_t upload, std::uint32_t sequence);
std::string erase_key(AccountId account, const EraseId& id);
std::string snapshot_key(AccountId account);
std::string segments_key();  ///< of log 0, the only one
/// Of the cache family.
std::string sidecar_key(AccountId account, Cid cid);

/// Keys from `lower` up to, not with, `upper`.
struct KeyRange {
    std::string lower;
    std::string upper;
};
KeyRange all_of(KeyType type);
KeyRange all_of(KeyType type, AccountId account);
KeyRange all_of(KeyType type, AccountId account, MailboxId mailbox);
/// Everything of one account, of account 0 what belongs to the store too, ascending.
std::vector<KeyRange> all_of_account(AccountId account);
KeyRange all_of_upload(AccountId account, std::uint64_t upload);
/// Smallest key above every key that starts with `prefix`, which holds an octet below 255.
std::string after_prefix(std::string prefix);

/// A state key taken apart. What its type does not have is 0 or empty.
struct ParsedKey {
    KeyType type{};
    AccountId account = {};
    MailboxId mailbox = {};
    std::uint64_t number = 0;  ///< uid, modseq, cid, first cid of 256, upload or lsn
    std::uint32_t detail = 0;  ///< sequence, or number of an erasure
    std::string name = {};     ///< of a mailbox ("/" between levels) or user
    friend bool operator==(const ParsedKey&, const ParsedKey&) = default;
};
/// Errors: corrupt.
Result<ParsedKey> parse_key(std::string_view key);

}  // namespace loam::index
