#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/index/kv.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Status;
}  // namespace rocksdb

namespace loam::index {

/// Puts everything that `source` walks over from where it stands, in the order of its keys, into an
/// empty family: as whole files, not through memtables. `directory` is the database's own; what is
/// made there on the way is gone again. Durable when it returns. Errors: io, corrupt.
Status bulk_load(rocksdb::DB& db, rocksdb::ColumnFamilyHandle& family, const std::string& directory,
                 KvCursor& source);

/// RocksDB's word on what failed `where`. It is no OK.
Error error_of(const rocksdb::Status& status, std::string_view where);

}  // namespace loam::index
