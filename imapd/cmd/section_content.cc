#include "imapd/cmd/section_content.h"

#include <algorithm>

namespace loam::imap {
namespace {

// A header that is looked through for fields is read whole; more than this is not looked at.
constexpr std::uint64_t kFilteredHeaderBytesMax = 16U << 20;

mail::SectionText section_text(const SectionSpec& section) {
    switch (section.text) {
        case SectionText::none:
            return mail::SectionText::body;
        case SectionText::header:
        case SectionText::header_fields:
        case SectionText::header_fields_not:
            return mail::SectionText::header;
        case SectionText::text:
            return mail::SectionText::text;
        case SectionText::mime:
            return mail::SectionText::mime;
    }
    LOAM_CHECK(false);
}

Task<Result<std::string>> read_all(ContentReader& reader) {
    std::string octets;
    for (;;) {
        LOAM_CO_TRY(const Bytes bytes, co_await reader.next());
        if (bytes.empty()) co_return octets;
        octets += as_text(bytes);
    }
}

}  // namespace

bool picks_fields(const SectionSpec& section) {
    return section.text == SectionText::header_fields ||
           section.text == SectionText::header_fields_not;
}

std::optional<mail::OctetRange> section_octets(const mail::Structure& structure,
                                               const SectionSpec& section) {
    return mail::section_range(structure, section.part, section_text(section));
}

mail::OctetRange cut(const mail::OctetRange& range, const std::optional<Partial>& partial) {
    if (!partial) return range;
    const std::uint64_t skipped = std::min(partial->origin, range.bytes);
    return {range.offset + skipped, std::min(partial->count, range.bytes - skipped)};
}

Task<Result<std::string>> read_fields(Account& account, Cid cid, mail::OctetRange header,
                                      const SectionSpec& section) {
    const std::uint64_t bytes = std::min(header.bytes, kFilteredHeaderBytesMax);
    LOAM_CO_TRY(const auto reader, co_await account.read_raw(cid, header.offset, bytes));
    LOAM_CO_TRY(const std::string octets, co_await read_all(*reader));
    co_return filter_header(octets, section.fields, section.text == SectionText::header_fields_not);
}

}  // namespace loam::imap
