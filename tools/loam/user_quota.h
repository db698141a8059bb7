#pragma once

#include <cstdint>
#include <string_view>

#include <CLI/CLI.hpp>

#include "engine/base/result.h"
#include "tools/loam/command.h"

namespace loam::tool {

/// A limit as AccountCell has it: "none", or a number, with `octets` perhaps followed by K, M, G or
/// T (powers of 1024). 0 allows nothing. Errors: invalid.
Result<std::uint64_t> parse_limit(std::string_view text, bool octets);

/// "quota", below `user`.
void add_user_quota_command(CLI::App& user, const Options& options, int& status);

}  // namespace loam::tool
