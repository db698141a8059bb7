#include "engine/io/workers.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace loam::io {

ThreadWorkers::ThreadWorkers(std::size_t threads)
    : background_running_max_(std::max<std::size_t>(threads, 2) - 1) {
    LOAM_CHECK(threads >= 1);
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i)
        threads_.emplace_back([this] { run(); });
}

ThreadWorkers::~ThreadWorkers() {
    stop();
}

void ThreadWorkers::submit(Class priority, Loop::Work work) {
    {
        const std::scoped_lock lock(mutex_);
        LOAM_CHECK(!stopping_);
        (priority == Class::foreground ? foreground_ : background_).push_back(std::move(work));
    }
    changed_.notify_one();
}

void ThreadWorkers::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
    threads_.clear();
}

bool ThreadWorkers::ready() const {
    if (!foreground_.empty()) return true;
    return !background_.empty() && background_running_ < background_running_max_;
}

void ThreadWorkers::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || ready(); });
        if (ready()) {
            run_one(lock);
        } else {
            // What is left in the background queue belongs to the threads that are at work on it.
            return;
        }
    }
}

void ThreadWorkers::run_one(std::unique_lock<std::mutex>& lock) {
    const bool is_foreground = !foreground_.empty();
    std::deque<Loop::Work>& queue = is_foreground ? foreground_ : background_;
    Loop::Work work = std::move(queue.front());
    queue.pop_front();
    if (!is_foreground) ++background_running_;
    lock.unlock();
    work();
    work = nullptr;  // what it holds goes away outside the lock
    lock.lock();
    if (is_foreground) return;
    --background_running_;
    if (ready()) changed_.notify_one();
}

}  // namespace loam::io
