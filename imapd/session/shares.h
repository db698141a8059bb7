#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace loam::imap {

/// Counts who holds a share of what, so that nobody holds too many: connections of an address,
/// sessions of an account. Thread: any. Lifetime: outlives its shares.
class Shares {
  public:
    Shares() = default;
    Shares(const Shares&) = delete;
    Shares& operator=(const Shares&) = delete;
    ~Shares() = default;

    /// Given back by its destructor, on any thread.
    class Share {
      public:
        Share(Shares& of, std::string key) : of_(&of), key_(std::move(key)) {}
        Share(Share&& other) noexcept
            : of_(std::exchange(other.of_, nullptr)), key_(std::move(other.key_)) {}
        Share& operator=(Share&& other) noexcept {
            std::swap(of_, other.of_);
            std::swap(key_, other.key_);
            return *this;
        }
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;
        ~Share() {
            if (of_ != nullptr) of_->give_back(key_);
        }

      private:
        Shares* of_;
        std::string key_;
    };

    /// Nullopt: `most` are held already. 0: no limit.
    std::optional<Share> take(const std::string& key, std::size_t most) {
        const std::lock_guard lock(mutex_);
        std::size_t& count = held_[key];
        if (most != 0 && count >= most) return std::nullopt;
        ++count;
        ++total_;
        return Share(*this, key);
    }

    /// Held at this moment, of all together.
    std::size_t total() {
        const std::lock_guard lock(mutex_);
        return total_;
    }

  private:
    void give_back(const std::string& key) {
        const std::lock_guard lock(mutex_);
        const auto found = held_.find(key);
        --total_;
        if (--found->second == 0) held_.erase(found);
    }

    std::mutex mutex_;  // guards the rest; held for a look into a table
    std::unordered_map<std::string, std::size_t> held_;
    std::size_t total_ = 0;
};

}  // namespace loam::imap
