#include "engine/io/sim/sim_tree.h"

#include <algorithm>
#include <cerrno>
#include <set>
#include <string_view>
#include <utility>

#include "engine/io/os_error.h"

namespace loam::io {

namespace {

/// Without slashes at the end: "/" becomes "".
std::string tidy(std::string path) {
    while (path.ends_with('/'))
        path.pop_back();
    return path;
}

std::string parent_of(const std::string& tidied) {
    const std::size_t slash = tidied.rfind('/');
    return slash == std::string::npos ? std::string() : tidy(tidied.substr(0, slash));
}

}  // namespace

bool SimTree::is_dir(const std::string& path) const {
    const std::string name = tidy(path);
    if (name.empty()) return true;
    const auto found = live_.find(name);
    return found != live_.end() && !found->second;
}

Result<SimTree::Node> SimTree::find_file(const std::string& path) const {
    const auto found = live_.find(tidy(path));
    if (found == live_.end()) return os_error(ENOENT, "open", path);
    if (!found->second) return os_error(EISDIR, "open", path);
    return found->second;
}

Status SimTree::may_create(const std::string& path) const {
    if (!is_dir(parent_of(tidy(path)))) return os_error(ENOENT, "create", path);
    if (is_dir(path) || live_.contains(tidy(path))) return os_error(EEXIST, "create", path);
    return Status::good();
}

Result<ChangeId> SimTree::begin(Change change) {
    change.id = ++last_id_;
    apply(change, live_);
    changes_.push_back(std::move(change));
    return last_id_;
}

void SimTree::apply(const Change& change, Names& names) {
    if (!change.gone.empty()) names.erase(change.gone);
    if (!change.created.empty()) names[change.created] = change.node;
}

Result<ChangeId> SimTree::begin_create(const std::string& path, Node node) {
    LOAM_TRY_STATUS(may_create(path));
    return begin({.gone = {}, .created = tidy(path), .node = std::move(node)});
}

Result<ChangeId> SimTree::begin_make_dir(const std::string& path) {
    LOAM_TRY_STATUS(may_create(path));
    return begin({.gone = {}, .created = tidy(path), .node = nullptr});
}

Result<ChangeId> SimTree::begin_rename(const std::string& from, const std::string& to) {
    const auto found = live_.find(tidy(from));
    if (found == live_.end()) return os_error(ENOENT, "rename", from);
    if (!is_dir(parent_of(tidy(to)))) return os_error(ENOENT, "rename", to);
    if (is_dir(to)) return os_error(EISDIR, "rename", to);
    if (!found->second) return fail(Errc::io, "rename " + from + ": directories are not simulated");
    return begin({.gone = tidy(from), .created = tidy(to), .node = found->second});
}

Result<ChangeId> SimTree::begin_unlink(const std::string& path) {
    LOAM_TRY_STATUS(find_file(path));
    return begin({.gone = tidy(path), .created = {}, .node = nullptr});
}

Result<std::vector<std::string>> SimTree::list(const std::string& path) const {
    if (!is_dir(path)) return os_error(ENOENT, "list", path);
    std::vector<std::string> names;
    for (const auto& [name, node] : live_) {
        if (parent_of(name) == tidy(path)) names.push_back(name.substr(name.rfind('/') + 1));
    }
    std::sort(names.begin(), names.end());
    return names;
}

void SimTree::end(ChangeId id) {
    for (Change& change : changes_) {
        if (change.id == id) change.ended = true;
    }
}

std::vector<ChangeId> SimTree::ended_in(const std::string& dir) const {
    const std::string name = tidy(dir);
    const auto is_in = [&](const std::string& path) {
        return !path.empty() && parent_of(path) == name;
    };
    std::vector<ChangeId> ids;
    for (const Change& change : changes_) {
        if (change.ended && (is_in(change.gone) || is_in(change.created))) ids.push_back(change.id);
    }
    return ids;
}

void SimTree::persist(const std::vector<ChangeId>& ids) {
    std::erase_if(changes_, [&](const Change& change) {
        if (!std::binary_search(ids.begin(), ids.end(), change.id)) return false;
        apply(change, durable_);
        return true;
    });
}

void SimTree::lose(const std::vector<ChangeId>& ids) {
    std::erase_if(changes_, [&](const Change& change) {
        return std::binary_search(ids.begin(), ids.end(), change.id);
    });
}

std::size_t SimTree::unsynced_with_files() const {
    std::size_t count = changes_.size();
    for (const auto& [name, node] : live_)
        count += node ? node->unsynced() : 0;
    return count;
}

void SimTree::crash(Survival& survival) {
    std::set<const SimInode*> done;
    const auto crash_files = [&](const Names& names) {
        for (const auto& [name, node] : names) {
            if (node && done.insert(node.get()).second) node->crash(survival);
        }
    };
    crash_files(live_);
    for (const Change& change : changes_) {
        survival.next_change();
        if (survival.keep()) apply(change, durable_);
    }
    changes_.clear();
    // What lies in a directory whose own name was lost cannot be reached. Parents sort before
    // children.
    std::erase_if(durable_, [&](const auto& entry) {
        const std::string parent = parent_of(entry.first);
        return !parent.empty() && !durable_.contains(parent);
    });
    crash_files(durable_);  // those too that a lost unlink or rename brings back
    live_ = durable_;
}

void SimTree::end_all() {
    for (Change& change : changes_)
        change.ended = true;
    for (const auto& [name, node] : live_) {
        if (node) node->end_all();
    }
}

std::uint64_t SimTree::used_bytes() const {
    std::set<const SimInode*> seen;
    std::uint64_t total = 0;
    for (const auto& [name, node] : live_) {
        if (node && seen.insert(node.get()).second) total += node->size();
    }
    return total;
}

}  // namespace loam::io
