#pragma once

#include "engine/base/result.h"
#include "engine/check/findings.h"
#include "engine/index/view.h"

namespace loam::check {

/// Counters against sums, bounds against rows, names against mailboxes, for every account. Errors:
/// io, corrupt (a value that cannot be read ends the check of its account as a finding).
Status check_accounts(const IndexView& view, FsckReport& report, Findings& findings);

}  // namespace loam::check
