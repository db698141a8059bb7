#include "engine/index/memory_kv.h"

#include <utility>

#include "engine/base/check.h"

namespace loam::index {
namespace {

using Map = MemoryStore::Map;
using Families = MemoryStore::Families;

class MemoryCursor : public KvCursor {
  public:
    MemoryCursor(const Map& map, const std::string& lower, const std::string& upper)
        : map_(map),
          begin_(map.lower_bound(lower)),
          end_(lower < upper ? map.lower_bound(upper) : begin_),
          at_(end_),
          lower_(lower),
          upper_(upper) {}

    void seek(std::string_view key) override {
        if (key <= std::string_view(lower_)) {
            at_ = begin_;
        } else if (key >= std::string_view(upper_)) {
            at_ = end_;
        } else {
            at_ = map_.lower_bound(key);
        }
    }
    void seek_before(std::string_view key) override {
        seek(key);
        at_ = at_ == begin_ ? end_ : std::prev(at_);
    }
    void next() override { ++at_; }
    bool valid() const override { return at_ != end_; }
    std::string_view key() const override { return at_->first; }
    std::string_view value() const override { return at_->second; }
    Status status() const override { return Status::good(); }

  private:
    const Map& map_;
    Map::const_iterator begin_;
    Map::const_iterator end_;
    Map::const_iterator at_;
    std::string lower_;
    std::string upper_;
};

class MemoryView : public KvView {
  public:
    explicit MemoryView(std::shared_ptr<const Families> families)
        : families_(std::move(families)) {}

    Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
        const Map& map = map_of(family);
        const auto found = map.find(key);
        if (found == map.end()) return std::optional<std::string>();
        return std::optional<std::string>(found->second);
    }
    Result<std::vector<std::optional<std::string>>> get_many(
        Family family, std::span<const std::string> keys) const override {
        std::vector<std::optional<std::string>> values;
        for (const std::string& key : keys) {
            LOAM_TRY(auto value, get(family, key));
            values.push_back(std::move(value));
        }
        return values;
    }
    std::unique_ptr<KvCursor> cursor(Family family, std::string lower,
                                     std::string upper) const override {
        return std::make_unique<MemoryCursor>(map_of(family), lower, upper);
    }

  private:
    const Map& map_of(Family family) const {
        switch (family) {
            case Family::cache:
                return families_->cache;
            case Family::search:
                return families_->search;
            default:
                return families_->state;
        }
    }
    std::shared_ptr<const Families> families_;
};

void write_family(Map& map, const Changes& changes) {
    for (const auto& [key, value] : changes) {
        if (value) {
            map.insert_or_assign(key, *value);
        } else {
            map.erase(key);
        }
    }
}

}  // namespace

class MemoryKv : public Kv {
  public:
    explicit MemoryKv(MemoryStore& store) : store_(store) {}

    std::unique_ptr<KvView> view(ReadTier) const override {
        const std::lock_guard lock(store_.mutex_);
        return std::make_unique<MemoryView>(store_.now_);
    }
    Status write(Batch batch) override {
        const std::lock_guard lock(store_.mutex_);
        if (store_.now_.use_count() > 1) store_.now_ = std::make_shared<Families>(*store_.now_);
        MemoryStore::write(*store_.now_, batch);
        for (const auto& [key, value] : batch.state)
            bytes_ += key.size() + (value ? value->size() : 0);
        store_.since_flush_.push_back(std::move(batch));
        return Status::good();
    }
    Status flush() override {
        const std::lock_guard lock(store_.mutex_);
        for (const Batch& batch : store_.since_flush_)
            MemoryStore::write(store_.flushed_, batch);
        store_.since_flush_.clear();
        bytes_ = 0;
        return Status::good();
    }
    std::uint64_t bytes_since_flush() const override {
        const std::lock_guard lock(store_.mutex_);
        return bytes_;
    }

  private:
    MemoryStore& store_;
    std::uint64_t bytes_ = 0;
};

MemoryStore::MemoryStore() : now_(std::make_shared<Families>()) {}

void MemoryStore::write(Families& families, const Batch& batch) {
    write_family(families.state, batch.state);
    write_family(families.cache, batch.cache);
    write_family(families.search, batch.search);
}

void MemoryStore::crash(std::size_t kept) {
    const std::lock_guard lock(mutex_);
    LOAM_CHECK(kept <= since_flush_.size());
    since_flush_.resize(kept);
    now_ = std::make_shared<Families>(flushed_);
    for (const Batch& batch : since_flush_)
        write(*now_, batch);
}

std::size_t MemoryStore::unflushed() const {
    const std::lock_guard lock(mutex_);
    return since_flush_.size();
}

std::unique_ptr<Kv> make_memory_kv(MemoryStore& store) {
    return std::make_unique<MemoryKv>(store);
}

}  // namespace loam::index
