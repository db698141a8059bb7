#pragma once

#include <functional>

#include "engine/base/result.h"
#include "engine/index/index.h"
#include "engine/log/recover.h"
#include "engine/log/scanner.h"

namespace loam::keep {

/// A group read back from the log, as the index takes it. Borrows `group`.
GroupToApply to_apply(const ScannedGroup& group);

/// Makes a visitor of a plain function, which outlives it.
GroupVisitor visit_with(const std::function<Status(const ScannedGroup&)>& on_group);

}  // namespace loam::keep
