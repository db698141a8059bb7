#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/index/index.h"
#include "engine/io/disk.h"
#include "engine/io/task.h"

/// How a new index gets its place: beside the old one, whole and durable, then at once.
namespace loam::check {

/// Names of the index and of what stands beside it for a while.
struct IndexNames {
    explicit IndexNames(const std::string& root)
        : place(root + "/db"), fresh(root + "/db.new"), aside(root + "/db.old") {}
    std::string place;
    std::string fresh;
    std::string aside;
};

/// Undoes whatever was cut off before. Errors: io.
Status remove_leftovers(const IndexNames& names);
/// Writes `state` to names.fresh and holds what is there against it once more. Errors: io, corrupt.
Status write_index(const Index& state, const IndexNames& names);
/// Puts it in place, durably; the old index, if there was one, is removed, or where `keep` names a
/// path is there afterwards. Errors: io.
Task<Status> place_index(io::Disk& disk, std::string root, std::string keep = {});

}  // namespace loam::check
