#pragma once

#include <span>
#include <vector>

#include "engine/base/uid_set.h"
#include "engine/codec/varint.h"
#include "engine/record/rows.h"

/// Rows as fields in the middle of other octets, without a version of their own. put_ checks limits
/// with LOAM_CHECK; get_ makes the reader fail. Format: docs/format/record.md, section 3.
namespace loam {

void put_account_cell(ByteWriter& out, const AccountCell& cell);
void put_mailbox_row(ByteWriter& out, const MailboxRow& row);
void put_name_row(ByteWriter& out, const NameRow& row);
void put_message_row(ByteWriter& out, const MessageRow& row);
void put_message_rows(ByteWriter& out, std::span<const MessageRow> rows);
void put_place(ByteWriter& out, const Place& place);
void put_places(ByteWriter& out, std::span<const Place> places);
void put_content_row(ByteWriter& out, const ContentRow& row);
void put_credential_row(ByteWriter& out, const CredentialRow& row);
void put_cids(ByteWriter& out, std::span<const Cid> cids);
void put_cid_counts(ByteWriter& out, std::span<const CidCount> counts);
void put_erase_row(ByteWriter& out, const EraseRow& row);
void put_uid_set(ByteWriter& out, const UidSet& uids);

AccountCell get_account_cell(ByteReader& in);
MailboxRow get_mailbox_row(ByteReader& in);
NameRow get_name_row(ByteReader& in);
MessageRow get_message_row(ByteReader& in);
std::vector<MessageRow> get_message_rows(ByteReader& in);
Place get_place(ByteReader& in);
std::vector<Place> get_places(ByteReader& in);
ContentRow get_content_row(ByteReader& in);
CredentialRow get_credential_row(ByteReader& in, std::uint8_t version);  ///< 1 or 2
std::vector<Cid> get_cids(ByteReader& in);
std::vector<CidCount> get_cid_counts(ByteReader& in);
EraseRow get_erase_row(ByteReader& in);
UidSet get_uid_set(ByteReader& in);

/// Fields that several rows share. A mailbox id, uid or modseq is read with its range.
Uid get_uid(ByteReader& in);  ///< any 32 bits, 0 too
Modseq get_modseq(ByteReader& in);
MailboxId get_mailbox_id(ByteReader& in);
std::uint32_t get_u32(ByteReader& in);

}  // namespace loam
