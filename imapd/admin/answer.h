#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "engine/base/result.h"

namespace loam::admin {

/// Longest line of an answer, in octets: a name with every octet escaped fits.
inline constexpr std::size_t kAnswerBytesMax = 64U << 10;

/// One finding of an answer, such as a user or a counter. The keys of each verb:
/// docs/operations.md, "Admin socket".
using Row = nlohmann::ordered_json;

/// A line of an answer: rows, and at last how it ended.
struct AnswerLine {
    std::optional<Row> row{};
    Status end{};  ///< without a row
};

std::string print_row(const Row& row);
std::string print_end(const Status& end);
/// Errors: invalid.
Result<AnswerLine> parse_answer(std::string_view line);

}  // namespace loam::admin
