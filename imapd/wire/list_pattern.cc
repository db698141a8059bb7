#include "imapd/wire/list_pattern.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "imapd/wire/chars.h"
#include "imapd/wire/mailbox_name.h"
#include "imapd/wire/mutf7.h"

namespace loam::imap {
namespace {

// Modified UTF-7 between the wildcards; "&U,BTFw*" does not decode and so matches nothing.
Result<std::string> decode_between_wildcards(std::string_view pattern) {
    std::string out;
    while (!pattern.empty()) {
        const std::size_t end = std::min(pattern.find_first_of("%*"), pattern.size());
        LOAM_TRY(const std::string text, decode_mutf7(pattern.substr(0, end)));
        out += text;
        pattern.remove_prefix(end);
        if (pattern.empty()) break;
        out += pattern.front();
        pattern.remove_prefix(1);
    }
    return out;
}

Result<std::string> decode_pattern(std::string_view pattern, Mode mode) {
    if (!rules_of(mode).utf8_names && is_ascii(pattern)) return decode_between_wildcards(pattern);
    return name_octets_to_utf8(pattern, mode);
}

}  // namespace

Result<std::optional<std::string>> canonical_pattern(std::string_view reference,
                                                     std::string_view pattern, Mode mode) {
    using Pattern = std::optional<std::string>;
    const auto prefix = decode_pattern(reference, mode);
    const auto suffix = decode_pattern(pattern, mode);
    if (!prefix || !suffix) return Pattern{};
    auto joined = canonical_name(*prefix + *suffix);
    if (joined) return Pattern{*std::move(joined)};
    if (joined.error().code == Errc::limit) return std::move(joined.error());
    return Pattern{};
}

// reached[i]: what was read of the pattern matches the first i octets of the name. One pass over
// the name for each octet of the pattern, so that no pattern of many wildcards can cost more.
bool matches_pattern(std::string_view pattern, std::string_view name) {
    std::vector<char> reached(name.size() + 1, 0);
    reached[0] = 1;
    for (const char p : pattern) {
        bool any = false;
        if (p == '*' || p == '%') {
            for (std::size_t i = 0; i < reached.size(); ++i) {
                const bool blocked = i > 0 && p == '%' && name[i - 1] == kSeparator;
                any = reached[i] != 0 || (any && !blocked);
                reached[i] = any ? 1 : 0;
            }
            continue;
        }
        for (std::size_t i = name.size(); i > 0; --i) {
            reached[i] = reached[i - 1] != 0 && name[i - 1] == p ? 1 : 0;
            any = any || reached[i] != 0;
        }
        reached[0] = 0;
        if (!any) return false;
    }
    return reached[name.size()] != 0;
}

}  // namespace loam::imap
