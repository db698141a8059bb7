#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "engine/index/kv.h"

/// The contract of the real store in memory, for simulation: after a crash the state is some prefix
/// of the writes, at or after the last flush; the families cache and search
/// are whatever they are.
namespace loam::index {

/// What outlives a crash. Thread: any.
class MemoryStore {
  public:
    MemoryStore();
    /// Forgets all writes since the last flush but the first `kept` of them. No index is open on
    /// it.
    void crash(std::size_t kept);
    /// Writes that a crash may forget.
    std::size_t unflushed() const;

    using Map = std::map<std::string, std::string, std::less<>>;
    struct Families {
        Map state;
        Map cache;
        Map search;
    };

  private:
    friend class MemoryKv;
    static void write(Families& families, const Batch& batch);

    mutable std::mutex mutex_;
    Families flushed_;
    std::vector<Batch> since_flush_;
    /// Shared with the views that were taken of it; a write makes a copy if there is one.
    std::shared_ptr<Families> now_;
};

/// `store` outlives it.
std::unique_ptr<Kv> make_memory_kv(MemoryStore& store);

}  // namespace loam::index
