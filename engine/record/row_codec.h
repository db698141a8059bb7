#pragma once

#include <span>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/base/uid_set.h"
#include "engine/record/rows.h"

/// Rows as octets of their own: what the index stores as values. The first octet is the version.
/// Equal rows have equal octets. Format: docs/format/record.md, sections 2 and 3.
/// Encoders check the limits of engine/record/limits.h and the ranges below with LOAM_CHECK.
/// Errors of every decoder: corrupt (cut short, octets left over, a value out of range),
/// unsupported (a newer version). Pure; any thread.
namespace loam {

/// Version that encode_row writes; credentials are at 2.
inline constexpr std::uint8_t kRowVersion = 1;

ByteVector encode_row(const AccountCell& cell);
ByteVector encode_row(const MailboxRow& row);
ByteVector encode_row(const NameRow& row);
ByteVector encode_row(const MessageRow& row);  ///< uid and modseq are not 0
ByteVector encode_row(const ContentRow& row);
ByteVector encode_row(const CredentialRow& row);
ByteVector encode_row(const EraseRow& row);
ByteVector encode_row(const Place& place);
ByteVector encode_row(const UidSet& uids);  ///< without uid 0
/// Many message rows, column by column; uids ascend, none is 0, at most kRecordRowsMax.
ByteVector encode_rows(std::span<const MessageRow> rows);

Result<AccountCell> decode_account_cell(Bytes in);
Result<MailboxRow> decode_mailbox_row(Bytes in);
Result<NameRow> decode_name_row(Bytes in);
Result<MessageRow> decode_message_row(Bytes in);
Result<ContentRow> decode_content_row(Bytes in);
Result<CredentialRow> decode_credential_row(Bytes in);
Result<EraseRow> decode_erase_row(Bytes in);
Result<Place> decode_place(Bytes in);
Result<UidSet> decode_uid_set(Bytes in);
Result<std::vector<MessageRow>> decode_message_rows(Bytes in);

}  // namespace loam
