#pragma once

#include <memory>

#include "engine/base/result.h"
#include "imapd/auth/token.h"
#include "imapd/ops/config.h"

namespace loam::ops {

/// Reads the keys that [oauth] names. Errors: invalid, naming key and file.
Result<std::unique_ptr<imap::TokenVerifier>> read_token_keys(const Config& config);

}  // namespace loam::ops
