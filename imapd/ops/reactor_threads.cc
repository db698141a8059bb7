#include "imapd/ops/reactor_threads.h"

namespace loam::ops {

Result<std::unique_ptr<ReactorThreads>> ReactorThreads::start(std::size_t count,
                                                              io::Workers& workers) {
    std::unique_ptr<ReactorThreads> threads(new ReactorThreads);
    for (std::size_t i = 0; i < count; ++i) {
        auto thread = std::make_unique<Thread>();
        LOAM_TRY(thread->io, io::IoThread::start(workers));
        threads->threads_.push_back(std::move(thread));
    }
    return threads;
}

void ReactorThreads::stop() {
    // All threads first: what a gate counts is touched by its thread until that has ended.
    for (const auto& thread : threads_)
        thread->io.reset();
    threads_.clear();
}

ReactorThreads::~ReactorThreads() {
    stop();
}

}  // namespace loam::ops
