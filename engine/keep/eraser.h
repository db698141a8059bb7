#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/event.h"
#include "engine/io/gate.h"
#include "engine/io/loop.h"
#include "engine/keep/erase_plan.h"
#include "engine/keep/keeper.h"
#include "engine/keep/read_pins.h"

namespace loam::keep {

/// Zeroes in the log what nobody has any more, once its time has come: the search index forgets it;
/// an ERASE record, durable and applied; the holes, synced; an ERASED record. Whatever happens in
/// between is done again after a start. Slowly, since nobody waits for it. Sees to it as well that
/// index files that hold deleted values are written anew. Thread:   the log's loop, but for the
/// counters. Lifetime: borrows what Links names; close() before it goes. Errors: a sync that fails
/// ends the process. A hole that cannot be punched is tried again later, and told.
class Eraser {
  public:
    struct Links {
        io::Loop& loop;
        io::Disk& disk;
        Keeper& keeper;
        ReadPins& pins;
        std::string log_dir;
        std::function<void(Error)> stop_process;
    };
    Eraser(Links links, std::chrono::seconds erase_after);
    Eraser(const Eraser&) = delete;
    Eraser& operator=(const Eraser&) = delete;
    ~Eraser();

    /// Begins, with what was under way before the last stop.
    void start();
    /// An erasure with this deadline is owed now.
    void note(std::int64_t deadline_us);
    /// The disk is nearly full: deadlines are not waited for.
    void hurry();
    /// Erases all that is due now, and writes the index files anew. Errors: closed, io (some of it
    /// could not be erased).
    Task<Status> erase_due();
    /// What is under way is brought to an end.
    Task<void> close();

    struct Counters {
        std::uint64_t contents = 0;
        std::uint64_t places = 0;
        std::uint64_t octets = 0;
        std::uint64_t failures = 0;  ///< holes that could not be punched
    };
    Counters counters() const;  ///< any thread

  private:
    struct Demand;
    using Batch = std::span<PlannedErasure>;
    Task<void> run();
    Task<Status> round();
    Task<Status> erase(ErasePlan plan);
    /// The search index forgets what a plan erases. Of a whole plan at once, as it writes a segment
    /// anew for each call.
    Task<Status> forget_text(const ErasePlan& plan);
    Task<Status> erase_batch(Batch batch);
    /// The ERASE record of one planned erasure; nothing if all of it is being read.
    std::optional<EraseRecord> announce(PlannedErasure planned);
    Task<Status> commit(std::map<AccountId, Commit> commits);
    Task<Status> punch(std::vector<Place> places);
    Task<Status> punch_segment(std::uint32_t segment, std::span<const Place> places);
    Task<void> pause(std::chrono::nanoseconds duration);
    void arm();
    void soil();
    Task<void> rewrite();
    Task<Status> rewrite_index();

    const Links links_;
    const std::chrono::seconds erase_after_;
    io::Gate gate_;
    bool closing_ = false;
    bool stopped_ = false;
    std::vector<Demand*> demands_;

    // When to look again.
    io::Event wake_;
    io::Event pause_;
    io::Loop::TimerId timer_ = 0;
    io::Loop::TimerId pause_timer_ = 0;
    std::optional<std::int64_t> next_due_us_;
    io::Monotonic round_began_;
    bool first_round_ = true;  ///< takes up again what had begun before the start
    bool failed_ = false;      ///< something could not be punched in this round
    bool more_ = false;        ///< something was too much for this round

    // Index files.
    io::Loop::TimerId rewrite_timer_ = 0;
    io::Monotonic rewrite_from_;  ///< not before
    std::atomic<bool> stop_rewrite_ = false;

    std::atomic<std::uint64_t> contents_ = 0;
    std::atomic<std::uint64_t> places_ = 0;
    std::atomic<std::uint64_t> octets_ = 0;
    std::atomic<std::uint64_t> failures_ = 0;
};

}  // namespace loam::keep
