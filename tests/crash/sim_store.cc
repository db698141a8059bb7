#include "tests/crash/sim_store.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/io/sim/sim_run.h"
#include "engine/keep/environment.h"

namespace loam::testing {

SimStore::SimStore(SimMachine& machine, std::size_t threads)
    : machine_(machine), workers_(machine.world) {
    for (std::size_t i = 0; i < threads; ++i) {
        loops_.push_back(std::make_unique<io::SimLoop>(machine.world));
        disks_.push_back(std::make_unique<io::SimDisk>(*loops_.back(), machine.media));
    }
}

SimStore::~SimStore() {
    LOAM_CHECK(store_ == nullptr);
}

Task<Status> SimStore::open() {
    keep::Environment environment;
    environment.lock = [](const std::string&) { return std::unique_ptr<keep::LockFile>(); };
    environment.own_log = environment.lock;
    environment.open_index = [this](const std::string&, const IndexOptions& options) {
        rewrite_period_s = options.rewrite_period_s;
        return Index::open_memory(machine_.index);
    };
    environment.apply_workers = &workers_;
    environment.stop_process = [this](const Error&) {
        stopped_ = true;
        // Nothing more comes of a process that ended.
        if (!crashed_) machine_.media.faults.cut_power();
    };
    StoreOptions options;
    options.path = "/store";
    options.create = true;
    options.erase_after = erase_after;
    options.segment_bytes = segment_bytes;
    options.snapshot_meta_bytes = 4U << 10;
    options.expunge_history = 8;
    options.inline_bytes_max = std::min<std::uint64_t>(16U << 10, segment_bytes / 4);
    options.chunk_bytes = std::min<std::uint64_t>(64U << 10, segment_bytes / 4);
    std::vector<StoreThread> threads;
    for (std::size_t i = 0; i < loops_.size(); ++i)
        threads.push_back({.loop = loops_[i].get(), .disk = disks_[i].get()});
    LOAM_CO_TRY(store_, co_await Store::open_in(std::move(environment), std::move(options),
                                                std::move(threads)));
    co_return Status::good();
}

bool SimStore::run(Task<void> task) {
    bool started = false;
    loop().post([&, mine = std::move(task)]() mutable {
        started = true;
        gate_.spawn(std::move(mine));
    });
    machine_.world.run_until([&] { return !power() || (started && gate_.running() == 0); });
    return started && gate_.running() == 0;
}

Status SimStore::close() {
    LOAM_CHECK(gate_.running() == 0);
    Status closed = io::run_sim(loop(), store_->close());
    machine_.world.run_until_idle();
    store_.reset();
    return closed;
}

void SimStore::crash(io::CrashPlan plan) {
    crashed_ = true;
    machine_.media.crash(plan);
    machine_.world.run_until([&] { return gate_.running() == 0; });
    if (store_) static_cast<void>(io::run_sim(loop(), store_->close()).ok());
    machine_.world.run_until_idle();
    store_.reset();
    machine_.index.crash(machine_.world.random_below(machine_.index.unflushed() + 1));
}

}  // namespace loam::testing
