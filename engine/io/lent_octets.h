#pragma once

#include <utility>

#include "engine/base/bytes.h"
#include "engine/io/net.h"

namespace loam::io {

/// Octets of a stream over a stream, which somebody reads; they end with the Received that shows
/// them.
class LentOctets final : public Received::Owner {
  public:
    static Received lend(ByteVector octets) {
        auto* lent = new LentOctets(std::move(octets));  // give_back() deletes it
        return {lent, 0, lent->octets_};
    }
    void give_back(std::uint32_t) override { delete this; }

  private:
    explicit LentOctets(ByteVector octets) : octets_(std::move(octets)) {}
    const ByteVector octets_;
};

}  // namespace loam::io
