#include "engine/keep/upkeep.h"

#include <utility>

#include "engine/log/segment_files.h"

namespace loam::keep {

Upkeep::Upkeep(Links links, const KeeperOptions& options)
    : links_(std::move(links)),
      eraser_({.loop = links_.loop,
               .disk = links_.disk,
               .keeper = links_.keeper,
               .pins = links_.pins,
               .log_dir = log_dir(options.path, 0),
               .stop_process = [this](const Error& e) { links_.stop_process("eraser: ", e); }},
              options.erase_after),
      collector_(
          {.loop = links_.loop,
           .disk = links_.disk,
           .keeper = links_.keeper,
           .current = links_.current,
           .forget = links_.forget,
           .lock = links_.lock,
           .stop_process = [this](const Error& e) { links_.stop_process("collector: ", e); }},
          options),
      scrubber_({.loop = links_.loop, .disk = links_.disk, .keeper = links_.keeper}, options) {}

void Upkeep::start() {
    eraser_.start();
    collector_.start();
    scrubber_.start();
}

Task<Status> Upkeep::erase_due() {
    LOAM_CO_TRY_STATUS(co_await eraser_.erase_due());
    co_return co_await collector_.collect();
}

Task<Status> Upkeep::scrub() {
    co_return co_await scrubber_.scrub();
}

Task<void> Upkeep::close() {
    co_await scrubber_.close();
    co_await collector_.close();
    co_await eraser_.close();
}

void Upkeep::add_to(Keeper::Counters& counters) const {
    const Eraser::Counters erased = eraser_.counters();
    counters.erased_contents = erased.contents;
    counters.erased_places = erased.places;
    counters.erased_octets = erased.octets;
    counters.erase_failures = erased.failures;
    const Collector::Counters collected = collector_.counters();
    counters.segments_deleted = collected.segments;
    counters.snapshots = collected.snapshots;
    counters.snapshot_octets = collected.snapshot_octets;
    counters.scrub = scrubber_.counters();
}

}  // namespace loam::keep
