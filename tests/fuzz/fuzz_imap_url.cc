// Any octets as the URL of a message: what is taken is printed and taken again as the same, and
// what is shown of a bad one is printable.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/syntax/imap_url.h"

namespace loam::imap {
namespace {

void check(std::string_view text) {
    const std::string shown = badurl_text(text);
    LOAM_CHECK(std::ranges::all_of(shown, [](char c) { return c >= ' ' && c <= '~' && c != ']'; }));
    const auto url = parse_imap_url(text);
    if (!url) return;
    LOAM_CHECK(!url->mailbox.empty() && url->uid != 0);
    const auto again = parse_imap_url(to_string(*url));
    LOAM_CHECK(again && *again == *url);
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    loam::imap::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
