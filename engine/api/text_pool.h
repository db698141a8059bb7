#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "engine/api/message_batch.h"
#include "engine/codec/frame.h"
#include "engine/search/folded_message.h"
#include "engine/search/terms.h"

namespace loam {

/// What a worker needs to look at texts: some megabytes that are worth keeping.
struct TextDesk {
    ZstdContext zstd;
    UnpackedMessage unpacked;
    lookup::FoldedMessage folded;
    lookup::TermCollector terms;
};

/// Desks of one reactor thread. A desk is lent to one worker at a time.
class TextPool {
  public:
    class Lease {
      public:
        Lease(TextPool& pool, std::unique_ptr<TextDesk> desk)
            : pool_(&pool), desk_(std::move(desk)) {}
        Lease(Lease&& other) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease() {
            if (desk_ != nullptr) pool_->give_back(std::move(desk_));
        }
        TextDesk& operator*() const { return *desk_; }
        TextDesk* operator->() const { return desk_.get(); }

      private:
        TextPool* pool_;
        std::unique_ptr<TextDesk> desk_;
    };

    Lease lend() {
        if (free_.empty()) return {*this, std::make_unique<TextDesk>()};
        std::unique_ptr<TextDesk> desk = std::move(free_.back());
        free_.pop_back();
        return {*this, std::move(desk)};
    }

  private:
    static constexpr std::size_t kKeptMax = 4;
    void give_back(std::unique_ptr<TextDesk> desk) {
        if (free_.size() < kKeptMax) free_.push_back(std::move(desk));
    }
    std::vector<std::unique_ptr<TextDesk>> free_;
};

}  // namespace loam
