#include "engine/index/overlay.h"

#include <mutex>
#include <utility>

#include "engine/base/check.h"

namespace loam::index {
namespace {

/// Merges a cursor of the base with the changes in the same range. At equal keys the change wins.
class OverlayCursor : public KvCursor {
  public:
    OverlayCursor(std::unique_ptr<KvCursor> base, const Changes& changes, const std::string& lower,
                  const std::string& upper)
        : base_(std::move(base)),
          begin_(changes.lower_bound(lower)),
          end_(lower < upper ? changes.lower_bound(upper) : begin_),
          change_(end_),
          changes_(changes) {}

    void seek(std::string_view key) override {
        base_->seek(key);
        change_ = first_change_from(key);
        settle();
    }

    void seek_before(std::string_view key) override {
        base_->seek_before(key);
        while (base_->valid() && is_deleted(base_->key())) {
            const std::string deleted(base_->key());
            base_->seek_before(deleted);
        }
        if (!base_->status()) return;
        auto candidate = first_change_from(key);
        while (candidate != begin_) {
            --candidate;
            if (candidate->second) break;
        }
        const bool changed = candidate != end_ && candidate->second && candidate->first < key;
        if (!changed && !base_->valid()) {
            change_ = end_;
            return;
        }
        const bool from_change =
            changed && (!base_->valid() || std::string_view(candidate->first) >= base_->key());
        const std::string found(from_change ? std::string_view(candidate->first) : base_->key());
        seek(found);
    }

    void next() override {
        if (on_base()) {
            if (change_ != end_ && std::string_view(change_->first) == base_->key()) ++change_;
            base_->next();
        } else {
            if (base_->valid() && base_->key() == std::string_view(change_->first)) base_->next();
            ++change_;
        }
        settle();
    }

    bool valid() const override {
        return base_->status().ok() && (base_->valid() || change_ != end_);
    }
    std::string_view key() const override {
        return on_base() ? base_->key() : std::string_view(change_->first);
    }
    std::string_view value() const override {
        return on_base() ? base_->value() : std::string_view(*change_->second);
    }
    Status status() const override { return base_->status(); }

  private:
    bool on_base() const {
        return base_->valid() &&
               (change_ == end_ || base_->key() < std::string_view(change_->first));
    }

    bool is_deleted(std::string_view key) const {
        const auto found = changes_.find(key);
        return found != changes_.end() && !found->second;
    }

    Changes::const_iterator first_change_from(std::string_view key) const {
        if (begin_ == end_ || key <= begin_->first) return begin_;
        const auto found = changes_.lower_bound(key);
        if (end_ != changes_.end() && (found == changes_.end() || end_->first < found->first))
            return end_;
        return found;
    }

    /// Past deletions, each with the key that it hides.
    void settle() {
        while (change_ != end_ && !change_->second) {
            if (base_->valid() && base_->key() < std::string_view(change_->first)) return;
            if (base_->valid() && base_->key() == std::string_view(change_->first)) base_->next();
            ++change_;
        }
    }

    std::unique_ptr<KvCursor> base_;
    Changes::const_iterator begin_;
    Changes::const_iterator end_;
    Changes::const_iterator change_;
    const Changes& changes_;
};

/// A view of an OverlayKv: it keeps the base's view and the lock.
class LockedView : public KvView {
  public:
    LockedView(std::shared_lock<std::shared_mutex> lock, std::unique_ptr<KvView> base,
               const Batch& batch)
        : lock_(std::move(lock)), base_(std::move(base)), merged_(*base_, batch) {}

    Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
        return merged_.get(family, key);
    }
    Result<std::vector<std::optional<std::string>>> get_many(
        Family family, std::span<const std::string> keys) const override {
        return merged_.get_many(family, keys);
    }
    std::unique_ptr<KvCursor> cursor(Family family, std::string lower,
                                     std::string upper) const override {
        return merged_.cursor(family, std::move(lower), std::move(upper));
    }

  private:
    std::shared_lock<std::shared_mutex> lock_;
    std::unique_ptr<KvView> base_;
    OverlayView merged_;
};

void merge(Changes& into, Changes from) {
    for (auto& [key, value] : from)
        into.insert_or_assign(key, std::move(value));
}

}  // namespace

const Changes& OverlayView::changes(Family family) const {
    switch (family) {
        case Family::cache:
            return batch_.cache;
        case Family::search:
            return batch_.search;
        default:
            return batch_.state;
    }
}

Result<std::optional<std::string>> OverlayView::get(Family family, std::string_view key) const {
    const Changes& changed = changes(family);
    if (const auto found = changed.find(key); found != changed.end()) return found->second;
    return base_.get(family, key);
}

Result<std::vector<std::optional<std::string>>> OverlayView::get_many(
    Family family, std::span<const std::string> keys) const {
    LOAM_TRY(auto values, base_.get_many(family, keys));
    const Changes& changed = changes(family);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (const auto found = changed.find(keys[i]); found != changed.end())
            values[i] = found->second;
    }
    return values;
}

std::unique_ptr<KvCursor> OverlayView::cursor(Family family, std::string lower,
                                              std::string upper) const {
    auto base = base_.cursor(family, lower, upper);
    return std::make_unique<OverlayCursor>(std::move(base), changes(family), lower, upper);
}

std::unique_ptr<KvView> OverlayKv::view(ReadTier tier) const {
    std::shared_lock lock(mutex_);
    return std::make_unique<LockedView>(std::move(lock), base_->view(tier), batch_);
}

Status OverlayKv::write(Batch batch) {
    const std::unique_lock lock(mutex_);
    merge(batch_.state, std::move(batch.state));
    merge(batch_.cache, std::move(batch.cache));
    merge(batch_.search, std::move(batch.search));
    return Status::good();
}

}  // namespace loam::index
