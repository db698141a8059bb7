#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "imapd/tls/config.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

/// Values of the configuration file. Errors: invalid, in words for the operator to which the caller
/// adds file, line and key.
namespace loam::ops {

Result<std::string> text_of(const toml::node& node);
Result<std::uint64_t> number_of(const toml::node& node, std::uint64_t min, std::uint64_t max);
Result<bool> flag_of(const toml::node& node);
Result<std::vector<std::string>> texts_of(const toml::node& node);
/// "host:port" or "unix:/path". What the name means is found out when it is opened.
Result<std::vector<std::string>> addresses_of(const toml::node& node);
/// Where a file is named, so that an error about the file can say so later.
Result<tls::TlsFile> file_of(const toml::node& node, const std::string& key);

}  // namespace loam::ops
