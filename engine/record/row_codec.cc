#include "engine/record/row_codec.h"

#include "engine/record/row_fields.h"

namespace loam {
namespace {

template <typename Row, typename Put>
ByteVector encode(const Row& row, Put put) {
    ByteVector octets;
    ByteWriter out(octets);
    out.u8(kRowVersion);
    put(out, row);
    return octets;
}

template <typename Row>
Result<Row> decode(Bytes octets, std::string_view what, Row (*get)(ByteReader&)) {
    ByteReader in(octets, what);
    const std::uint8_t version = in.u8();
    if (version > kRowVersion) {
        return fail(Errc::unsupported, std::string(what) + ": newer version");
    }
    if (version == 0) in.refuse("version 0");
    Row row = get(in);
    LOAM_TRY_STATUS(in.finish());
    return row;
}

}  // namespace

ByteVector encode_row(const AccountCell& cell) {
    return encode(cell, put_account_cell);
}
ByteVector encode_row(const MailboxRow& row) {
    return encode(row, put_mailbox_row);
}
ByteVector encode_row(const NameRow& row) {
    return encode(row, put_name_row);
}
ByteVector encode_row(const MessageRow& row) {
    return encode(row, put_message_row);
}
ByteVector encode_row(const ContentRow& row) {
    return encode(row, put_content_row);
}
ByteVector encode_row(const CredentialRow& row) {
    return encode(row, put_credential_row);
}
ByteVector encode_row(const EraseRow& row) {
    return encode(row, put_erase_row);
}
ByteVector encode_row(const Place& place) {
    return encode(place, put_place);
}
ByteVector encode_row(const UidSet& uids) {
    return encode(uids, put_uid_set);
}
ByteVector encode_rows(std::span<const MessageRow> rows) {
    return encode(rows, put_message_rows);
}

Result<AccountCell> decode_account_cell(Bytes in) {
    return decode(in, "account cell", get_account_cell);
}
Result<MailboxRow> decode_mailbox_row(Bytes in) {
    return decode(in, "mailbox row", get_mailbox_row);
}
Result<NameRow> decode_name_row(Bytes in) {
    return decode(in, "name row", get_name_row);
}
Result<MessageRow> decode_message_row(Bytes in) {
    return decode(in, "message row", get_message_row);
}
Result<ContentRow> decode_content_row(Bytes in) {
    return decode(in, "content row", get_content_row);
}
Result<CredentialRow> decode_credential_row(Bytes in) {
    return decode(in, "credential row", get_credential_row);
}
Result<EraseRow> decode_erase_row(Bytes in) {
    return decode(in, "erase row", get_erase_row);
}
Result<Place> decode_place(Bytes in) {
    return decode(in, "place", get_place);
}
Result<UidSet> decode_uid_set(Bytes in) {
    return decode(in, "uid set", get_uid_set);
}
Result<std::vector<MessageRow>> decode_message_rows(Bytes in) {
    return decode(in, "message rows", get_message_rows);
}

}  // namespace loam
