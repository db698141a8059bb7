#include "engine/index/scratch_kv.h"

#include <algorithm>
#include <utility>

#include "engine/index/keys.h"

namespace loam::index {
namespace {

using Shelf = ScratchKv::Shelf;
using Shelves = ScratchKv::Shelves;

constexpr std::size_t kTypeBytes = 1;
constexpr std::size_t kAccountBytes = 8;

/// Walks over the shelves as if they were one map.
class ScratchCursor : public KvCursor {
  public:
    ScratchCursor(const Shelves& shelves, std::string lower, std::string upper)
        : shelves_(shelves),
          lower_(std::move(lower)),
          upper_(std::move(upper)),
          shelf_(shelves.end()) {}

    void seek(std::string_view key) override {
        key = std::max<std::string_view>(key, lower_);
        const std::size_t split = ScratchKv::split_at(key);
        shelf_ = shelves_.lower_bound(key.substr(0, split));
        if (shelf_ == shelves_.end()) return settle();
        const bool same = shelf_->first == key.substr(0, split);
        at_ = same ? shelf_->second.lower_bound(key.substr(split)) : shelf_->second.begin();
        settle();
    }

    void seek_before(std::string_view key) override {
        const std::size_t split = ScratchKv::split_at(key);
        shelf_ = shelves_.lower_bound(key.substr(0, split));
        const bool same = shelf_ != shelves_.end() && shelf_->first == key.substr(0, split);
        if (same) at_ = shelf_->second.lower_bound(key.substr(split));
        if (!same || at_ == shelf_->second.begin()) {
            if (!step_back_a_shelf()) return leave();
            at_ = shelf_->second.end();
        }
        --at_;
        settle();
        if (valid_ && key_ < lower_) leave();
    }

    void next() override {
        ++at_;
        settle();
    }
    bool valid() const override { return valid_; }
    std::string_view key() const override { return key_; }
    std::string_view value() const override { return at_->second; }
    Status status() const override { return Status::good(); }

  private:
    void leave() {
        valid_ = false;
        shelf_ = shelves_.end();
    }
    bool step_back_a_shelf() {
        while (shelf_ != shelves_.begin()) {
            --shelf_;
            if (!shelf_->second.empty()) return true;
        }
        return false;
    }
    /// From the end of a shelf to the next one that holds something; then what valid() says.
    void settle() {
        while (shelf_ != shelves_.end() && at_ == shelf_->second.end()) {
            ++shelf_;
            if (shelf_ != shelves_.end()) at_ = shelf_->second.begin();
        }
        if (shelf_ == shelves_.end()) return leave();
        key_.assign(shelf_->first).append(at_->first);
        valid_ = key_ < upper_;
    }

    const Shelves& shelves_;
    const std::string lower_;
    const std::string upper_;
    Shelves::const_iterator shelf_;
    Shelf::const_iterator at_;
    std::string key_;
    bool valid_ = false;
};

class ScratchView : public KvView {
  public:
    explicit ScratchView(const Shelves& shelves) : shelves_(shelves) {}

    Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
        if (family != Family::state) return std::optional<std::string>();
        const std::size_t split = ScratchKv::split_at(key);
        const auto shelf = shelves_.find(key.substr(0, split));
        if (shelf == shelves_.end()) return std::optional<std::string>();
        const auto found = shelf->second.find(key.substr(split));
        if (found == shelf->second.end()) return std::optional<std::string>();
        return std::optional<std::string>(found->second);
    }
    Result<std::vector<std::optional<std::string>>> get_many(
        Family family, std::span<const std::string> keys) const override {
        std::vector<std::optional<std::string>> values;
        values.reserve(keys.size());
        for (const std::string& key : keys) {
            LOAM_TRY(auto value, get(family, key));
            values.push_back(std::move(value));
        }
        return values;
    }
    std::unique_ptr<KvCursor> cursor(Family family, std::string lower,
                                     std::string upper) const override {
        static const Shelves kNone;
        const Shelves& shelves = family == Family::state ? shelves_ : kNone;
        return std::make_unique<ScratchCursor>(shelves, std::move(lower), std::move(upper));
    }

  private:
    const Shelves& shelves_;
};

}  // namespace

std::size_t ScratchKv::split_at(std::string_view key) {
    const auto type = key.empty() ? KeyType{} : static_cast<KeyType>(key.front());
    const bool of_store =
        type == KeyType::position || type == KeyType::user || type == KeyType::segments;
    return std::min(key.size(), of_store ? kTypeBytes : kTypeBytes + kAccountBytes);
}

std::unique_ptr<KvView> ScratchKv::view(ReadTier /*tier*/) const {
    return std::make_unique<ScratchView>(shelves_);
}

ScratchKv::Shelf& ScratchKv::shelf_of(std::string_view prefix) {
    if (last_shelf_ == nullptr || last_prefix_ != prefix) {
        auto found = shelves_.find(prefix);
        if (found == shelves_.end()) found = shelves_.try_emplace(std::string(prefix)).first;
        last_prefix_ = prefix;
        last_shelf_ = &found->second;
    }
    return *last_shelf_;
}

void ScratchKv::put(std::string_view key, std::string value) {
    const std::size_t split = split_at(key);
    Shelf& shelf = shelf_of(key.substr(0, split));
    const std::string_view rest = key.substr(split);
    // Most of a log adds at the end of what is there: uids, cids and modseqs ascend.
    if (shelf.empty() || shelf.rbegin()->first < rest) {
        shelf.emplace_hint(shelf.end(), rest, std::move(value));
        return;
    }
    const auto found = shelf.lower_bound(rest);
    if (found != shelf.end() && found->first == rest) {
        found->second = std::move(value);
    } else {
        shelf.emplace_hint(found, rest, std::move(value));
    }
}

void ScratchKv::remove(std::string_view key) {
    const std::size_t split = split_at(key);
    Shelf& shelf = shelf_of(key.substr(0, split));
    const auto found = shelf.find(key.substr(split));
    if (found != shelf.end()) shelf.erase(found);
}

Status ScratchKv::write(Batch batch) {
    for (auto& [key, value] : batch.state) {
        if (value) {
            put(key, *std::move(value));
        } else {
            remove(key);
        }
    }
    return Status::good();
}

}  // namespace loam::index
