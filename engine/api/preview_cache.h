#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "engine/base/ids.h"

namespace loam {

/// Previews that somebody asked for lately: what LAZY of RFC 8970 section 4 can have without delay.
/// A content never changes, so neither does its preview. Thread: the account's loop.
class PreviewCache {
  public:
    static constexpr std::size_t kEntriesMax = 2000;  ///< of an account, of some hundred octets

    std::optional<std::string> find(Cid cid) const {
        const auto found = entries_.find(cid);
        if (found == entries_.end()) return std::nullopt;
        return found->second;
    }
    void keep(Cid cid, std::string preview) {
        if (!entries_.try_emplace(cid, std::move(preview)).second) return;
        order_.push_back(cid);
        if (order_.size() <= kEntriesMax) return;
        entries_.erase(order_.front());
        order_.pop_front();
    }

  private:
    std::unordered_map<Cid, std::string> entries_;
    std::list<Cid> order_;  // the oldest first
};

}  // namespace loam
