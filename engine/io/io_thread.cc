#include "engine/io/io_thread.h"

#include <utility>

namespace loam::io {

Result<std::unique_ptr<IoThread>> IoThread::start(Workers& workers) {
    std::unique_ptr<IoThread> made(new IoThread());
    std::promise<Result<Parts>> started;
    std::future<Result<Parts>> outcome = started.get_future();
    made->thread_ = std::thread(run, std::ref(workers), std::move(started));
    LOAM_TRY(made->parts_, outcome.get());
    return made;
}

void IoThread::run(Workers& workers, std::promise<Result<Parts>> started) {
    auto reactor = Reactor::create(workers);
    if (!reactor) {
        started.set_value(std::move(reactor.error()));
        return;
    }
    RingDisk disk(**reactor);
    RingNet net(**reactor);
    started.set_value(Parts{.reactor = reactor->get(), .disk = &disk, .net = &net});
    (*reactor)->run();
}

IoThread::~IoThread() {
    if (parts_.reactor != nullptr) parts_.reactor->stop();
    thread_.join();
}

}  // namespace loam::io
