#pragma once

#include <string>

namespace loam::tool {

/// `loam fsck --salvage`: mends what can be mended and tells what is lost. Returns an exit status.
int run_salvage(const std::string& store, bool json);

}  // namespace loam::tool
