#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "engine/index/kv.h"

/// Keys in memory for as long as they are wanted, made for a replay of the whole log: no history,
/// no copy for views. A view shows what is there when it is asked, not when it was taken.
namespace loam::index {

/// Thread: one.
class ScratchKv : public Kv {
  public:
    ScratchKv() = default;
    std::unique_ptr<KvView> view(ReadTier tier) const override;
    Status write(Batch batch) override;
    Status flush() override { return Status::good(); }
    std::uint64_t bytes_since_flush() const override { return 0; }

    /// Keys of one type and account by what follows: neighbours in the log are neighbours here.
    using Shelf = std::map<std::string, std::string, std::less<>>;
    using Shelves = std::map<std::string, Shelf, std::less<>>;
    /// How much of `key` names its shelf.
    static std::size_t split_at(std::string_view key);

  private:
    Shelf& shelf_of(std::string_view prefix);
    void put(std::string_view key, std::string value);
    void remove(std::string_view key);

    Shelves shelves_;
    // Where the last change was: the next is often beside it. Shelves stay once made.
    std::string last_prefix_;
    Shelf* last_shelf_ = nullptr;
};

}  // namespace loam::index
