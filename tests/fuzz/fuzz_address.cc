// Address lists: what we read, written in full form, reads the same. Dates ride along: their
// parser must take any octets.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/mail/address.h"
#include "engine/mail/date.h"

using namespace loam::mail;

namespace {

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\' || c == '\r' || c == '\n') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string written(const Address& address) {
    if (address.kind == Address::Kind::group_start) return quoted(*address.mailbox) + ":";
    if (address.kind == Address::Kind::group_end) return ";";
    std::string out;
    if (address.name) out += quoted(*address.name) + " ";
    out += "<";
    if (address.route) out += *address.route + ":";
    out += quoted(address.mailbox.value_or(""));
    if (address.host) out += "@" + *address.host;
    return out + ">,";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = loam::as_text(std::as_bytes(std::span(data, size)));
    static_cast<void>(parse_date(text));
    const std::vector<Address> addresses = parse_addresses(text);
    std::string again;
    bool in_group = false;
    for (const Address& address : addresses) {
        if (address.kind == Address::Kind::group_start) {
            LOAM_CHECK(!in_group);
            in_group = true;
        }
        if (address.kind == Address::Kind::group_end) {
            LOAM_CHECK(in_group);
            in_group = false;
        }
        again += written(address);
    }
    LOAM_CHECK(!in_group);
    LOAM_CHECK(addresses.size() >= kAddressesMax || parse_addresses(again) == addresses);
    return 0;
}
