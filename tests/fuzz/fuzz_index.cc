// Keys and values of the index: what decodes encodes again, to something that decodes to the same.
// The first octet of the input picks the kind; a chunk's second octet says where its halves part.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/check.h"
#include "engine/index/chunk.h"
#include "engine/index/keys.h"
#include "engine/index/values.h"

namespace {

using namespace loam;

template <typename Value, typename Encode>
void check_value(std::string_view input, Result<Value> (*decode)(std::string_view), Encode encode) {
    const Result<Value> value = decode(input);
    if (!value) return;
    LOAM_CHECK(encode(*value) == input);
}

void check_chunk(std::string_view input) {
    if (input.empty()) return;
    const std::size_t middle = static_cast<unsigned char>(input.front());
    input.remove_prefix(1);
    if (middle > input.size()) return;
    const auto rows = index::decode_chunk(input.substr(0, middle), input.substr(middle));
    if (!rows) return;
    const auto again =
        index::decode_chunk(index::encode_fixed(*rows), index::encode_changing(*rows));
    LOAM_CHECK(again.ok());
    LOAM_CHECK(*again == *rows);
}

void check_key(std::string_view input) {
    const auto key = index::parse_key(input);
    if (!key) return;
    switch (key->type) {
        case index::KeyType::name:
            LOAM_CHECK(index::name_key(key->account, key->name) == input);
            return;
        case index::KeyType::counts:
            LOAM_CHECK(index::counts_key(key->account, Cid{key->number}) == input);
            return;
        case index::KeyType::erase:
            LOAM_CHECK(index::erase_key(key->account, {Lsn{key->number}, key->detail}) == input);
            return;
        default:
            return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
    switch (data[0]) {
        case 'k':
            check_key(input);
            break;
        case 'c':
            check_chunk(input);
            break;
        case 'p':
            check_value(input, index::decode_applied, index::encode_applied);
            break;
        case 'a':
            check_value(input, index::decode_account_id, index::encode_account_id);
            break;
        case 'n':
            check_value(input, index::decode_counts, index::encode_counts);
            break;
        default:
            break;
    }
    return 0;
}
