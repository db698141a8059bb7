#include "imapd/ops/reactor_threads.h"

namespace loam::ops {

void ReactorThreads::run(Thread* thread, io::Workers* workers, std::promise<Status>* started) {
    auto reactor = io::Reactor::create(*workers);
    if (!reactor) {
        started->set_value(reactor.error());
        return;
    }
    thread->reactor = *std::move(reactor);
    thread->disk = std::make_unique<io::RingDisk>(*thread->reactor);
    thread->net = std::make_unique<io::RingNet>(*thread->reactor);
    started->set_value(Status::good());
    thread->reactor->run();
    thread->net.reset();
    thread->disk.reset();
    thread->reactor.reset();
}

Result<std::unique_ptr<ReactorThreads>> ReactorThreads::start(std::size_t count,
                                                              io::Workers& workers) {
    std::unique_ptr<ReactorThreads> threads(new ReactorThreads);
    for (std::size_t i = 0; i < count; ++i) {
        auto thread = std::make_unique<Thread>();
        std::promise<Status> started;
        thread->thread = std::thread(run, thread.get(), &workers, &started);
        const Status status = started.get_future().get();
        if (!status) {
            thread->thread.join();
            return status.error();
        }
        threads->threads_.push_back(std::move(thread));
    }
    return threads;
}

void ReactorThreads::stop() {
    for (const auto& thread : threads_)
        thread->reactor->stop();
    for (const auto& thread : threads_)
        thread->thread.join();
    threads_.clear();
}

ReactorThreads::~ReactorThreads() {
    stop();
}

}  // namespace loam::ops
