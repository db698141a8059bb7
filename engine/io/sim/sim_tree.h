#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/sim/sim_inode.h"
#include "engine/io/sim/sim_survival.h"

namespace loam::io {

/// The names of a simulated disk. A change of names is durable once a sync of its directory that
/// began after it ended well; until then it survives a power cut or not, by itself. Paths are as in
/// Disk; "/" is always there.
class SimTree {
  public:
    /// Shared by the names (live and durable ones differ) and the files that are open.
    using Node = std::shared_ptr<SimInode>;

    /// Errors of all: not_found, exists, io, as a file system's. Nothing has happened then.
    Result<Node> find_file(const std::string& path) const;
    Result<ChangeId> begin_create(const std::string& path, Node node);
    Result<ChangeId> begin_make_dir(const std::string& path);
    Result<ChangeId> begin_rename(const std::string& from, const std::string& to);
    Result<ChangeId> begin_unlink(const std::string& path);
    Result<std::vector<std::string>> list(const std::string& path) const;
    bool is_dir(const std::string& path) const;
    void end(ChangeId change);

    std::vector<ChangeId> ended_in(const std::string& dir) const;
    void persist(const std::vector<ChangeId>& changes);
    void lose(const std::vector<ChangeId>& changes);
    std::size_t unsynced() const { return changes_.size(); }
    /// The files' own changes too.
    std::size_t unsynced_with_files() const;
    void crash(Survival& survival);
    /// The process dies, the machine goes on: what was begun ends, of the files too.
    void end_all();
    std::uint64_t used_bytes() const;

  private:
    /// A directory is a name without a node.
    using Names = std::map<std::string, Node>;
    struct Change {
        ChangeId id = 0;
        bool ended = false;
        std::string gone;     ///< the name that goes, empty for none
        std::string created;  ///< the name that comes, empty for none
        Node node;
    };
    Result<ChangeId> begin(Change change);
    Status may_create(const std::string& path) const;
    static void apply(const Change& change, Names& names);

    Names live_;
    Names durable_;
    std::vector<Change> changes_;
    ChangeId last_id_ = 0;
};

}  // namespace loam::io
