// Any octets as a request of the admin socket, and as a line of an answer: what is taken is printed
// and taken again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/admin/answer.h"
#include "imapd/admin/request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace loam::admin;  // NOLINT(google-build-using-namespace): one function long
    const std::string_view line(reinterpret_cast<const char*>(data), size);
    if (const auto request = parse_request(line)) {
        const auto printed = print_request(*request);
        if (printed) {  // else it has grown beyond the bound
            const auto again = parse_request(*printed);
            LOAM_CHECK(again.ok());
            LOAM_CHECK(print_request(*again).value_or("") == *printed);
        }
    }
    if (const auto answer = parse_answer(line)) {
        const auto printed = answer->row ? print_row(*answer->row) : print_end(answer->end);
        LOAM_CHECK(parse_answer(printed).ok());
    }
    return 0;
}
