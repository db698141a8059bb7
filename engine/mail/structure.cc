#include "engine/mail/structure.h"

#include <algorithm>

#include "engine/mail/header.h"

namespace loam::mail {

namespace {

const Part& at(const Structure& structure, std::uint32_t index) {
    return structure.parts[index];
}

std::optional<std::uint32_t> child(const Structure& structure, std::uint32_t parent,
                                   std::uint32_t number) {
    for (std::size_t i = parent + 1; i < structure.parts.size(); ++i) {
        const Part& part = structure.parts[i];
        if (part.depth <= structure.parts[parent].depth) break;
        if (part.parent != static_cast<std::int32_t>(parent)) continue;
        if (--number == 0) return static_cast<std::uint32_t>(i);
    }
    return std::nullopt;
}

// Part `number` of the message whose root is `root`.
std::optional<std::uint32_t> part_of_message(const Structure& structure, std::uint32_t root,
                                             std::uint32_t number) {
    if (at(structure, root).multipart) return child(structure, root, number);
    if (number == 1) return root;
    return std::nullopt;
}

// The root of the message that BODY[numbers.HEADER] speaks of.
std::optional<std::uint32_t> message_root(const Structure& structure, std::uint32_t part,
                                          bool numbered) {
    if (!numbered) return 0;
    if (!at(structure, part).rfc822) return std::nullopt;
    return child(structure, part, 1);
}

bool is_message_root(const Structure& structure, std::uint32_t part) {
    const std::int32_t parent = at(structure, part).parent;
    return parent < 0 || at(structure, static_cast<std::uint32_t>(parent)).rfc822;
}

std::uint32_t number_among_siblings(const Structure& structure, std::uint32_t part) {
    std::uint32_t number = 0;
    for (std::uint32_t i = 0; i <= part; ++i) {
        if (at(structure, i).parent == at(structure, part).parent) ++number;
    }
    return number;
}

}  // namespace

bool Part::is(std::string_view want_type, std::string_view want_subtype) const {
    return equal_nocase(type, want_type) && equal_nocase(subtype, want_subtype);
}

bool Part::is_text() const {
    return leaf() && equal_nocase(type, "text");
}

std::string charset_of(const Part& part) {
    const std::string* value = find_param(part.params, "charset");
    std::string charset = value == nullptr || value->empty() ? "us-ascii" : *value;
    for (char& c : charset) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return charset;
}

const std::string* find_param(std::span<const Param> params, std::string_view name) {
    const Param* found = nullptr;
    for (const Param& param : params) {
        if (!equal_nocase(param.name, name)) continue;
        if (found == nullptr || (param.extended && !found->extended)) found = &param;
    }
    return found == nullptr ? nullptr : &found->value;
}

const std::string* file_name(const Part& part) {
    const std::string* name = find_param(part.disposition_params, "filename");
    return name != nullptr ? name : find_param(part.params, "name");
}

bool is_attachment(const Part& part) {
    if (part.multipart) return false;
    if (equal_nocase(part.disposition, "attachment")) return true;
    const bool inline_text = part.is_text() && equal_nocase(part.disposition, "inline");
    return part.leaf() && file_name(part) != nullptr && !inline_text;
}

std::optional<std::uint32_t> find_section(const Structure& structure,
                                          std::span<const std::uint32_t> numbers) {
    if (structure.parts.empty()) return std::nullopt;
    if (numbers.empty()) return 0;
    std::optional<std::uint32_t> part = part_of_message(structure, 0, numbers.front());
    for (const std::uint32_t number : numbers.subspan(1)) {
        if (!part || number == 0) return std::nullopt;
        if (at(structure, *part).multipart) {
            part = child(structure, *part, number);
        } else if (const auto root = message_root(structure, *part, true)) {
            part = part_of_message(structure, *root, number);
        } else {
            return std::nullopt;
        }
    }
    return part;
}

std::vector<std::uint32_t> section_of(const Structure& structure, std::uint32_t part) {
    std::vector<std::uint32_t> numbers;
    std::int32_t index = static_cast<std::int32_t>(part);
    while (index >= 0) {
        const auto here = static_cast<std::uint32_t>(index);
        const bool root = is_message_root(structure, here);
        if (!root) {
            numbers.push_back(number_among_siblings(structure, here));
        } else if (!at(structure, here).multipart) {
            numbers.push_back(1);  // the body of a message that is not multipart
        } else if (here == part) {
            return {};
        }
        index = at(structure, here).parent;
    }
    std::reverse(numbers.begin(), numbers.end());
    return numbers;
}

std::optional<OctetRange> section_range(const Structure& structure,
                                        std::span<const std::uint32_t> numbers, SectionText what) {
    const auto index = find_section(structure, numbers);
    if (!index) return std::nullopt;
    const Part& part = at(structure, *index);
    if (what == SectionText::mime) {
        if (numbers.empty()) return std::nullopt;
        return OctetRange{part.header_offset, part.header_bytes};
    }
    if (what == SectionText::body) {
        if (numbers.empty()) return OctetRange{0, part.body_offset + part.body_bytes};
        return OctetRange{part.body_offset, part.body_bytes};
    }
    const auto root = message_root(structure, *index, !numbers.empty());
    if (!root) return std::nullopt;
    const Part& message = at(structure, *root);
    if (what == SectionText::header) return OctetRange{message.header_offset, message.header_bytes};
    return OctetRange{message.body_offset, message.body_bytes};
}

}  // namespace loam::mail
