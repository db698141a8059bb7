#include "imapd/cmd/command_meter.h"

#include <algorithm>
#include <span>

#include "engine/base/check.h"
#include "imapd/cmd/command_table.h"

namespace loam::imap {
namespace {

// There is one writer: no other addition can come between.
void add(std::atomic<std::uint64_t>& counter, std::uint64_t amount) {
    counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

std::uint64_t value(const std::atomic<std::uint64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
}

std::size_t place_of(Condition result) {
    if (result == Condition::ok) return 0;
    return result == Condition::no ? 1 : 2;
}

}  // namespace

CommandMeter::CommandMeter(std::vector<const io::Loop*> loops) {
    for (const io::Loop* loop : loops)
        slots_.push_back({loop, std::make_unique<Cell[]>(command_table().size() + 1)});
}

void CommandMeter::count(const io::Loop& loop, const CommandRow* row, Condition result,
                         std::chrono::nanoseconds took) {
    const auto slot = std::ranges::find(slots_, &loop, &Slot::loop);
    LOAM_CHECK(slot != slots_.end());
    const std::span<const CommandRow> table = command_table();
    const std::size_t place =
        row == nullptr ? table.size() : static_cast<std::size_t>(row - table.data());
    const double seconds = std::chrono::duration<double>(took).count();
    const auto bucket = static_cast<std::size_t>(std::ranges::lower_bound(kBoundsSeconds, seconds) -
                                                 kBoundsSeconds.begin());
    Cell& cell = slot->cells[place];
    add(cell.results.at(place_of(result)), 1);
    add(cell.buckets.at(bucket), 1);
    add(cell.nanoseconds, static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0)));
}

std::vector<CommandMeter::Reading> CommandMeter::read() const {
    const std::span<const CommandRow> table = command_table();
    std::vector<Reading> readings(table.size() + 1);
    for (std::size_t i = 0; i < readings.size(); ++i) {
        Reading& reading = readings[i];
        reading.name = i < table.size() ? table[i].name : "unknown";
        for (const Slot& slot : slots_) {
            const Cell& cell = slot.cells[i];
            for (std::size_t k = 0; k < kResults; ++k)
                reading.results.at(k) += value(cell.results.at(k));
            for (std::size_t k = 0; k < kBuckets; ++k)
                reading.buckets.at(k) += value(cell.buckets.at(k));
            reading.seconds += static_cast<double>(value(cell.nanoseconds)) / 1e9;
        }
    }
    return readings;
}

}  // namespace loam::imap
