// A search program, printed, is parsed as the same program, unless a literal held what no quoted
// string may. Of SORT, THREAD and ESEARCH, what is taken keeps its bounds.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/syntax/esearch.h"
#include "imapd/syntax/sort.h"
#include "tests/imapd/wire/command_of.h"

namespace loam::imap {
namespace {

void check(std::string_view octets, Mode mode) {
    const auto text = command_of(octets);
    if (!text) return;
    Lexer lexer(*text);
    const ParseContext context{.mode = mode};
    const auto args = parse_search(lexer, context);
    if (!args || !args->charset_known) return;
    const std::string key = to_string(args->key);
    if (key.find_first_of("\r\n") != std::string::npos) return;
    const auto printed = command_of(" " + key);
    if (!printed) return;  // longer than a command may be
    Lexer second(*printed);
    const auto again = parse_search(second, context);
    // The outermost keys are printed as a list, one level deeper than they were.
    if (!again && again.error().code == Errc::limit) return;
    LOAM_CHECK(again && again->key == args->key);
}

void check_others(std::string_view octets, Mode mode) {
    const auto text = command_of(octets);
    if (!text) return;
    const ParseContext context{.mode = mode};
    Lexer sort_lexer(*text);
    const auto sort = parse_sort(sort_lexer, context);
    LOAM_CHECK(!sort || (!sort->terms.empty() && sort->terms.size() <= kSortTermsMax));
    Lexer thread_lexer(*text);
    static_cast<void>(parse_thread(thread_lexer, context));
    Lexer lexer(*text);
    const auto args = parse_esearch(lexer, context);
    if (!args) return;
    LOAM_CHECK(args->search.by_uid && (args->selected || !args->sources.empty()));
    LOAM_CHECK(!args->search.answer.save || args->sources.empty());
    const auto& part = args->search.answer.partial;
    if (!part) return;
    const auto [begin, end] = part->places_in(100);
    LOAM_CHECK(begin <= end && end <= 100 && !args->search.answer.all);
    const auto printed = command_of(to_string(*part));
    Lexer again(*printed);
    LOAM_CHECK(*parse_partial_range(again) == *part);
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets(reinterpret_cast<const char*>(data), size);
    for (const auto mode : {loam::imap::Mode::r1, loam::imap::Mode::u8, loam::imap::Mode::r2}) {
        loam::imap::check(octets, mode);
        loam::imap::check_others(octets, mode);
    }
    return 0;
}
