#pragma once

#include <memory>
#include <string>

#include "engine/index/kv.h"

namespace loam::index {

/// RocksDB in directory `path`, without its write-ahead log. Errors: as Index::open.
Result<std::unique_ptr<Kv>> open_rocks_kv(const std::string& path, const IndexOptions& options);

}  // namespace loam::index
