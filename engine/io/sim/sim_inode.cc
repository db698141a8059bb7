#include "engine/io/sim/sim_inode.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace loam::io {

std::size_t SimInode::read(std::uint64_t offset, MutableBytes out) const {
    if (offset >= live_.size()) return 0;
    const std::size_t size = std::min<std::uint64_t>(out.size(), live_.size() - offset);
    std::copy_n(live_.begin() + static_cast<std::ptrdiff_t>(offset), size, out.begin());
    return size;
}

SimInode::Change& SimInode::begin(std::uint64_t end_bytes) {
    Change change{.id = ++last_id_, .sectors = {}};
    if (end_bytes > live_.size()) {
        live_.resize(end_bytes);
        change.size_bytes = end_bytes;
    }
    changes_.push_back(std::move(change));
    return changes_.back();
}

/// The sectors that [offset, offset + length) touches, as readers see them now.
void SimInode::add_sectors(Change& change, std::uint64_t offset, std::uint64_t length) {
    const std::uint64_t end = std::min<std::uint64_t>(offset + length, live_.size());
    for (std::uint64_t index = offset / kSectorBytes; index * kSectorBytes < end; ++index) {
        Sector sector{.index = index, .data = {}};
        const std::uint64_t begin = index * kSectorBytes;
        const std::size_t size = std::min<std::uint64_t>(kSectorBytes, live_.size() - begin);
        std::copy_n(live_.begin() + static_cast<std::ptrdiff_t>(begin), size, sector.data.begin());
        change.sectors.push_back(sector);
    }
}

ChangeId SimInode::begin_write(std::uint64_t offset, Bytes data) {
    Change& change = begin(data.empty() ? 0 : offset + data.size());
    std::copy(data.begin(), data.end(), live_.begin() + static_cast<std::ptrdiff_t>(offset));
    if (!data.empty()) add_sectors(change, offset, data.size());
    return change.id;
}

ChangeId SimInode::begin_allocate(std::uint64_t size_bytes) {
    return begin(size_bytes).id;
}

ChangeId SimInode::begin_punch(std::uint64_t offset, std::uint64_t length) {
    Change& change = begin(0);
    const std::uint64_t end = std::min<std::uint64_t>(offset + length, live_.size());
    if (offset >= end) return change.id;
    std::fill(live_.begin() + static_cast<std::ptrdiff_t>(offset),
              live_.begin() + static_cast<std::ptrdiff_t>(end), std::byte{0});
    add_sectors(change, offset, end - offset);
    return change.id;
}

void SimInode::end(ChangeId id) {
    for (Change& change : changes_) {
        if (change.id == id) change.ended = true;
    }
}

void SimInode::end_all() {
    for (Change& change : changes_)
        change.ended = true;
}

std::vector<ChangeId> SimInode::ended() const {
    std::vector<ChangeId> ids;
    for (const Change& change : changes_) {
        if (change.ended) ids.push_back(change.id);
    }
    return ids;
}

void SimInode::put(const Sector& sector) {
    const std::uint64_t begin = sector.index * kSectorBytes;
    if (durable_.size() < begin + kSectorBytes) durable_.resize(begin + kSectorBytes);
    std::copy(sector.data.begin(), sector.data.end(),
              durable_.begin() + static_cast<std::ptrdiff_t>(begin));
}

void SimInode::persist(const std::vector<ChangeId>& ids) {
    const auto covered = [&](const Change& change) {
        if (!std::binary_search(ids.begin(), ids.end(), change.id)) return false;
        for (const Sector& sector : change.sectors)
            put(sector);
        durable_bytes_ = std::max(durable_bytes_, change.size_bytes);
        return true;
    };
    std::erase_if(changes_, covered);
}

void SimInode::lose(const std::vector<ChangeId>& ids) {
    std::erase_if(changes_, [&](const Change& change) {
        return std::binary_search(ids.begin(), ids.end(), change.id);
    });
}

void SimInode::crash(Survival& survival) {
    for (const Change& change : changes_) {
        survival.next_change();
        for (const Sector& sector : change.sectors) {
            if (survival.keep()) put(sector);
        }
        if (change.size_bytes > 0 && survival.keep()) {
            durable_bytes_ = std::max(durable_bytes_, change.size_bytes);
        }
    }
    changes_.clear();
    durable_.resize(durable_bytes_);
    live_ = durable_;
}

void SimInode::flip(std::uint64_t offset, unsigned bit) {
    LOAM_CHECK(offset < live_.size() && bit < 8);
    const auto mask = static_cast<std::byte>(1U << bit);
    live_[offset] ^= mask;
    if (offset < durable_.size()) durable_[offset] ^= mask;
}

}  // namespace loam::io
