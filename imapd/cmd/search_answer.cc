#include "imapd/cmd/search_answer.h"

#include <span>

#include "imapd/wire/numset.h"

namespace loam::imap {
namespace {

// "PARTIAL (-1:-100 7,9)": RFC 9394 section 4.
void write_partial(ResponseWriter& writer, const PartialRange& range, const SearchAnswer& answer) {
    const auto [begin, end] = range.places_in(answer.numbers.size());
    const auto part = std::span(answer.numbers).subspan(begin, end - begin);
    writer.raw(" PARTIAL (").raw(to_string(range)).sp();
    writer.raw(part.empty() ? "NIL" : to_ordered_set(part)).close();
}

}  // namespace

void write_plain_answer(ResponseWriter& writer, std::string_view name, const SearchAnswer& answer) {
    writer.begin().raw(name);
    for (const std::uint32_t number : answer.numbers)
        writer.sp().number(number);
    if (answer.modseq) writer.raw(" (MODSEQ ").number(answer.modseq->value).close();
    writer.end();
}

// MIN, MAX and ALL are left out where there is nothing, COUNT and PARTIAL never are.
void write_esearch(ResponseWriter& writer, const SearchCorrelator& correlator,
                   const SearchReturn& want, const SearchAnswer& answer) {
    const std::vector<std::uint32_t>& numbers = answer.numbers;
    begin_esearch(writer, correlator);
    if (!numbers.empty()) {
        if (want.min) writer.raw(" MIN ").number(numbers.front());
        if (want.max) writer.raw(" MAX ").number(numbers.back());
        if (want.all || !want.given) writer.raw(" ALL ").raw(to_ordered_set(numbers));
    }
    if (want.partial) write_partial(writer, *want.partial, answer);
    if (want.count) writer.raw(" COUNT ").number(numbers.size());
    if (answer.modseq) writer.raw(" MODSEQ ").number(answer.modseq->value);
    writer.end();
}

}  // namespace loam::imap
