#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loam::corpus {

/// One entity as some parser sees it, in a form that two parsers can be compared by.
struct EntityView {
    std::uint32_t depth = 0;
    std::string type;      ///< "text/plain", lower case
    std::string encoding;  ///< "base64", "quoted-printable", "identity", "unknown"; leaves only
    std::uint64_t body_offset = 0;  ///< leaves only
    std::uint64_t body_bytes = 0;
    std::string decoded;       ///< leaves only: transfer encoding undone, line ends as they are
    bool synthesized = false;  ///< Loam's stand-in for a multipart without parts
};

struct MessageView {
    std::vector<EntityView> entities;  ///< in pre-order; a message in a part is one level deeper
    std::string subject;               ///< decoded, UTF-8
    bool subject_8bit = false;         ///< the raw field has octets above 127; Loam's view only
    std::string from, to, cc;          ///< "local@host" of each, groups flattened, ", " between
    std::optional<std::int64_t> date_seconds;
};

MessageView view_by_loam(std::string_view raw);
/// GMime 3. Call init_gmime() once before.
MessageView view_by_gmime(std::string_view raw);
void init_gmime();

}  // namespace loam::corpus
