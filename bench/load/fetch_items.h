#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "bench/load/response_reader.h"
#include "engine/base/result.h"

namespace loam::load {

/// One data item of a FETCH response. Views point into the response.
struct FetchItem {
    std::string_view name;   ///< `UID`, `BODY[]`, `BODY[HEADER.FIELDS (TO)]<0>`
    std::string_view value;  ///< as on the wire; a literal without its `{n}` and CRLF
};

struct FetchData {
    std::uint32_t number = 0;
    std::vector<FetchItem> items;
    /// The value of the item `name`, or nothing.
    std::optional<std::string_view> find(std::string_view name) const;
};

/// `* n FETCH (items)`: RFC 9051 section 7.5.2. Nothing when the response is something else.
/// Errors: corrupt, when it starts like FETCH and does not go on like it.
Result<std::optional<FetchData>> parse_fetch(const Response& response);

/// The number in `* n EXISTS` and the like, when the response is of that `word`: RFC 9051
/// section 7.4.1.
std::optional<std::uint32_t> number_before(const Response& response, std::string_view word);

/// How many numbers `* SEARCH 1 2 3` or `* ESEARCH (TAG "a") UID ALL 1:3` names: RFC 9051
/// section 7.3.4. Nothing when the response is neither.
std::optional<std::size_t> count_found(const Response& response);

}  // namespace loam::load
