#pragma once

#include <memory>
#include <shared_mutex>

#include "engine/index/kv.h"

/// Changes in memory over another store, as if they were in it. apply() builds each batch this way;
/// a read-only index keeps all that it applies this way.
namespace loam::index {

/// What `base` would show with `batch` written. Borrows both; `batch` may grow between calls, which
/// invalidates cursors.
class OverlayView : public KvView {
  public:
    OverlayView(const KvView& base, const Batch& batch) : base_(base), batch_(batch) {}
    Result<std::optional<std::string>> get(Family family, std::string_view key) const override;
    Result<std::vector<std::optional<std::string>>> get_many(
        Family family, std::span<const std::string> keys) const override;
    std::unique_ptr<KvCursor> cursor(Family family, std::string lower,
                                     std::string upper) const override;

  private:
    const Changes& changes(Family family) const;
    const KvView& base_;
    const Batch& batch_;
};

/// Owns `base` and never writes to it. Thread: a view locks writers out until it is gone, so a
/// thread that holds one must not write, and drops it itself.
class OverlayKv : public Kv {
  public:
    explicit OverlayKv(std::unique_ptr<Kv> base) : base_(std::move(base)) {}
    std::unique_ptr<KvView> view(ReadTier tier) const override;
    Status write(Batch batch) override;
    Status flush() override { return Status::good(); }
    std::uint64_t bytes_since_flush() const override { return 0; }
    Index::Stats stats() const override { return base_->stats(); }
    Status verify() const override { return base_->verify(); }

  private:
    std::unique_ptr<Kv> base_;
    mutable std::shared_mutex mutex_;
    Batch batch_;
};

}  // namespace loam::index
