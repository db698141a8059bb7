// A name has one spelling in modified UTF-7: what decodes, encodes to the same octets; what is
// UTF-8, comes back.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/wire/chars.h"
#include "imapd/wire/mailbox_name.h"
#include "imapd/wire/mutf7.h"

namespace loam::imap {
namespace {

void check(std::string_view octets) {
    if (const auto decoded = decode_mutf7(octets)) {
        LOAM_CHECK(is_utf8(*decoded));
        LOAM_CHECK(encode_mutf7(*decoded) == octets);
    }
    if (is_utf8(octets)) {
        const auto back = decode_mutf7(encode_mutf7(octets));
        LOAM_CHECK(back && *back == octets);
    }
    for (const Mode mode : {Mode::r1, Mode::u8, Mode::r2}) {
        const auto arg = mailbox_from_wire(octets, mode);
        if (!arg) continue;
        const auto same = canonical_name(arg->name);  // canonical is where it stops
        LOAM_CHECK(same && *same == arg->name);
        for (const Mode other : {Mode::r1, Mode::u8, Mode::r2}) {
            const auto again = mailbox_from_wire(mailbox_to_wire(arg->name, other), other);
            LOAM_CHECK(again && again->name == arg->name);
        }
    }
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    loam::imap::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
