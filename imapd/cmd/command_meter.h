#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/io/loop.h"
#include "imapd/cmd/command.h"
#include "imapd/session/reply.h"

namespace loam::imap {

/// Counts commands by name and result, and how long they took from their first line to their
/// answer. Each loop has counters of its own, which only its thread writes, so that a command costs
/// a few plain additions.
/// Thread: count() on the loop's; read() on any. Lifetime: borrows the loops.
class CommandMeter {
  public:
    /// Upper bounds of the buckets of time; one more bucket has the rest.
    static constexpr std::array<double, 12> kBoundsSeconds{0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03,
                                                           0.1,    0.3,    1,     3,     10,   30};
    static constexpr std::size_t kBuckets = kBoundsSeconds.size() + 1;
    static constexpr std::size_t kResults = 3;  ///< ok, no, bad

    explicit CommandMeter(std::vector<const io::Loop*> loops);
    CommandMeter(const CommandMeter&) = delete;
    CommandMeter& operator=(const CommandMeter&) = delete;
    ~CommandMeter() = default;

    /// `row` null: no command that there is.
    void count(const io::Loop& loop, const CommandRow* row, Condition result,
               std::chrono::nanoseconds took);

    struct Reading {
        std::string_view name;  ///< "unknown" at last
        std::array<std::uint64_t, kResults> results{};
        std::array<std::uint64_t, kBuckets> buckets{};
        double seconds = 0;  ///< of all together
    };
    /// Since the start, of all loops together. Commands that nobody has given are among them.
    std::vector<Reading> read() const;

  private:
    using Counter = std::atomic<std::uint64_t>;
    struct Cell {
        std::array<Counter, kResults> results{};
        std::array<Counter, kBuckets> buckets{};
        Counter nanoseconds{};
    };
    struct Slot {
        const io::Loop* loop;
        std::unique_ptr<Cell[]> cells;  // one a row of the table, and one more
    };
    std::vector<Slot> slots_;
};

}  // namespace loam::imap
