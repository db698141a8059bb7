// Record metas and rows: what decodes encodes again, to something that decodes to the same. The
// first octet of the input picks the kind.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/check.h"
#include "engine/record/record.h"
#include "engine/record/row_codec.h"

namespace {

using namespace loam;

template <typename Row, typename Encode>
void check_row(Bytes input, Result<Row> (*decode)(Bytes), Encode encode) {
    const Result<Row> row = decode(input);
    if (!row) return;
    const Result<Row> again = decode(encode(*row));
    LOAM_CHECK(again.ok());
    LOAM_CHECK(*again == *row);
}

void check_rows(unsigned kind, Bytes input) {
    const auto encode = [](const auto& row) { return encode_row(row); };
    switch (kind) {
        case 0:
            return check_row(input, decode_account_cell, encode);
        case 1:
            return check_row(input, decode_mailbox_row, encode);
        case 2:
            return check_row(input, decode_name_row, encode);
        case 3:
            return check_row(input, decode_message_row, encode);
        case 4:
            return check_row(input, decode_content_row, encode);
        case 5:
            return check_row(input, decode_credential_row, encode);
        case 6:
            return check_row(input, decode_erase_row, encode);
        case 7:
            return check_row(input, decode_uid_set, encode);
        case 8:
            return check_row(input, decode_place, encode);
        default:
            return check_row(input, decode_message_rows,
                             [](const std::vector<MessageRow>& rows) { return encode_rows(rows); });
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const Bytes input = std::as_bytes(std::span(data + 1, size - 1));
    constexpr unsigned kFirstRowKind = 32;
    if (data[0] >= kFirstRowKind) {
        check_rows(data[0] - kFirstRowKind, input);
        return 0;
    }
    const auto type = static_cast<RecordType>(data[0]);
    const Result<Record> record = decode_meta(type, 1, input);
    if (!record) return 0;
    LOAM_CHECK(type_of(*record) == type);
    const Result<Record> again = decode_meta(type, meta_version(type), encode_meta(*record));
    LOAM_CHECK(again.ok());
    LOAM_CHECK(*again == *record);
    return 0;
}
