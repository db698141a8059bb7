#include "engine/record/row_codec.h"

#include <utility>

#include "engine/record/row_fields.h"

namespace loam {
namespace {

constexpr std::uint8_t kCredentialRowVersion = 2;

template <typename Row, typename Put>
ByteVector encode(const Row& row, Put put, std::uint8_t version = kRowVersion) {
    ByteVector octets;
    ByteWriter out(octets);
    out.u8(version);
    put(out, row);
    return octets;
}

template <typename Row>
Result<Row> decode_version(Bytes octets, std::string_view what, std::uint8_t newest,
                           Row (*get)(ByteReader&, std::uint8_t)) {
    ByteReader in(octets, what);
    const std::uint8_t version = in.u8();
    if (version > newest) {
        return fail(Errc::unsupported, std::string(what) + ": newer version");
    }
    if (version == 0) in.refuse("version 0");
    Row row = get(in, version);
    LOAM_TRY_STATUS(in.finish());
    return row;
}

template <auto Get>
auto decode(Bytes octets, std::string_view what) {
    using Row = decltype(Get(std::declval<ByteReader&>()));
    return decode_version<Row>(octets, what, kRowVersion,
                               [](ByteReader& in, std::uint8_t /*version*/) { return Get(in); });
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
    return encode(row, put_credential_row, kCredentialRowVersion);
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
    return decode<get_account_cell>(in, "account cell");
}
Result<MailboxRow> decode_mailbox_row(Bytes in) {
    return decode<get_mailbox_row>(in, "mailbox row");
}
Result<NameRow> decode_name_row(Bytes in) {
    return decode<get_name_row>(in, "name row");
}
Result<MessageRow> decode_message_row(Bytes in) {
    return decode<get_message_row>(in, "message row");
}
Result<ContentRow> decode_content_row(Bytes in) {
    return decode<get_content_row>(in, "content row");
}
Result<CredentialRow> decode_credential_row(Bytes in) {
    return decode_version(in, "credential row", kCredentialRowVersion, get_credential_row);
}
Result<EraseRow> decode_erase_row(Bytes in) {
    return decode<get_erase_row>(in, "erase row");
}
Result<Place> decode_place(Bytes in) {
    return decode<get_place>(in, "place");
}
Result<UidSet> decode_uid_set(Bytes in) {
    return decode<get_uid_set>(in, "uid set");
}
Result<std::vector<MessageRow>> decode_message_rows(Bytes in) {
    return decode<get_message_rows>(in, "message rows");
}

}  // namespace loam
