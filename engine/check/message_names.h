#pragma once

#include <string>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/index/view.h"

namespace loam::check {

/// The messages of an account that have a content, for people: "INBOX uid 2, Work uid 7"; empty:
/// none has it. Reads all of the account's rows. Errors: io, corrupt.
Result<std::string> name_messages(const IndexView& view, AccountId account, Cid cid);

}  // namespace loam::check
