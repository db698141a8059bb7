#include "engine/io/reactor.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

#include <liburing.h>

#include "engine/base/check.h"
#include "engine/io/os_error.h"

namespace loam::io {

namespace {

constexpr unsigned kSubmissionEntries = 256;
/// Completions may wait here for one busy turn; more go to the kernel's overflow list, which is
/// slower but loses none.
constexpr unsigned kCompletionEntries = 4096;
constexpr unsigned kCollectBatch = 64;
/// Threads that the kernel may start for one ring: for files, and for what may block for ever.
constexpr unsigned kBoundedThreadsMax = 8;
constexpr unsigned kUnboundedThreadsMax = 16;
constexpr unsigned kFeaturesNeeded =
    IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG | IORING_FEAT_FAST_POLL | IORING_FEAT_RSRC_TAGS;

/// What one file under /proc says, without the line end; empty when it cannot be read.
std::string first_line(const char* path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

Error refusal(int error) {
    rlimit limit{};
    getrlimit(RLIMIT_MEMLOCK, &limit);
    const std::string disabled = first_line("/proc/sys/kernel/io_uring_disabled");
    return fail(Errc::unsupported, explain_refusal(error, disabled, limit.rlim_cur));
}

}  // namespace

std::string explain_refusal(int error, const std::string& disabled, std::uint64_t memlock_bytes) {
    std::string what = os_error(error, "the kernel refuses", "io_uring").what;
    if (error == EPERM && !disabled.empty() && disabled != "0") {
        what += "; the sysctl kernel.io_uring_disabled is " + disabled;
        if (disabled == "1") {
            what += ", which leaves it to CAP_SYS_ADMIN and the group in kernel.io_uring_group";
        }
    } else if (error == EPERM || error == EACCES) {
        what += "; no sysctl forbids it, so a seccomp filter or the container's profile does";
    } else if (error == ENOSYS) {
        what += "; the kernel is built without it, or the container's seccomp profile hides it";
    } else if (error == ENOMEM) {
        what += "; RLIMIT_MEMLOCK is " + std::to_string(memlock_bytes) +
                " bytes, raise it (LimitMEMLOCK= in systemd, ulimit -l) or free memory";
    }
    return what;
}

/// The multishot poll on an eventfd by which other threads end a wait.
class Reactor::Waker final : public Completion {
  public:
    Waker(Reactor& reactor, int fd) : reactor_(reactor), fd_(fd) {}
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;
    ~Waker() override { close(fd_); }

    void arm() {
        io_uring_sqe* operation = reactor_.next_operation();
        io_uring_prep_poll_multishot(operation, fd_, POLLIN);
        reactor_.track(operation, *this);
    }
    /// Thread: any.
    void wake() const {
        const std::uint64_t one = 1;
        // It can only fail when the counter is full, and then the loop is awake anyway.
        [[maybe_unused]] const ssize_t written = write(fd_, &one, sizeof one);
    }
    void complete(int result, std::uint32_t flags) override {
        LOAM_CHECK(result >= 0);
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t got = read(fd_, &count, sizeof count);
        if ((flags & IORING_CQE_F_MORE) == 0) arm();
    }

  private:
    Reactor& reactor_;
    const int fd_;
};

void Reactor::CloseRing::operator()(io_uring* ring) const {
    io_uring_queue_exit(ring);
    delete ring;
}

Result<Reactor::Ring> Reactor::open_ring() {
    constexpr unsigned kAlways = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
    constexpr std::array<unsigned, 3> kWays = {
        IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL,
        IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL,
        0,
    };
    int error = 0;
    for (const unsigned way : kWays) {
        auto bare = std::make_unique<io_uring>();
        io_uring_params params{};
        params.flags = kAlways | way;
        params.cq_entries = kCompletionEntries;
        error = -io_uring_queue_init_params(kSubmissionEntries, bare.get(), &params);
        if (error == 0) {
            Ring ring(bare.release());
            if ((params.features & kFeaturesNeeded) == kFeaturesNeeded) return ring;
            return fail(Errc::unsupported, "io_uring of this kernel is too old: 5.13 is needed");
        }
        if (error != EINVAL) break;  // EINVAL: it does not know a flag; try fewer
    }
    return refusal(error);
}

Result<std::unique_ptr<Reactor>> Reactor::create(Workers& workers) {
    LOAM_TRY(Ring ring, open_ring());
    const int event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event_fd < 0) return os_error(errno, "create", "eventfd");
    return std::unique_ptr<Reactor>(new Reactor(workers, std::move(ring), event_fd));
}

Reactor::Reactor(Workers& workers, Ring ring, int event_fd)
    : workers_(workers),
      ring_(std::move(ring)),
      thread_(std::this_thread::get_id()),
      waker_(std::make_unique<Waker>(*this, event_fd)) {
    // Both only make things better; an older kernel does without.
    std::array<unsigned, 2> threads_max = {kBoundedThreadsMax, kUnboundedThreadsMax};
    io_uring_register_iowq_max_workers(ring_.get(), threads_max.data());
    io_uring_register_ring_fd(ring_.get());
    waker_->arm();
}

Reactor::~Reactor() {
    LOAM_CHECK(on_thread());
    LOAM_CHECK(!turning_);
    LOAM_CHECK(in_flight_ == 1);   // the waker's poll, which ends with the ring
    io_uring_submit(ring_.get());  // closes that wait for the next turn
    // Who posted the last work may still be on the way out of post().
    while (posting_ != 0)
        std::this_thread::yield();
}

void Reactor::run() {
    while (!std::exchange(stopping_, false))
        turn();
}

void Reactor::stop() {
    post([this] { stopping_ = true; });
}

void Reactor::turn() {
    LOAM_CHECK(on_thread());
    LOAM_CHECK(!turning_);
    turning_ = true;
    wait();
    dispatch();
    run_timers();
    run_posted();
    turning_ = false;
}

void Reactor::wait() {
    int result = 0;
    const std::optional<Monotonic> due = timers_.next();
    const Monotonic start = due ? now() : Monotonic{};
    if (anything_posted() || (due && *due <= start)) {
        result = io_uring_submit_and_get_events(ring_.get());
    } else {
        io_uring_cqe* completion = nullptr;
        __kernel_timespec timeout{};
        if (due) {
            const auto left = std::chrono::nanoseconds(*due - start).count();
            timeout = {.tv_sec = left / 1'000'000'000, .tv_nsec = left % 1'000'000'000};
        }
        result = io_uring_submit_and_wait_timeout(ring_.get(), &completion, 1,
                                                  due ? &timeout : nullptr, nullptr);
    }
    // Nothing to do about a signal, a time that is up, or a kernel short of memory, but to go round
    // again.
    LOAM_CHECK(result >= 0 || result == -EINTR || result == -ETIME || result == -EAGAIN ||
               result == -EBUSY);
}

void Reactor::collect() {
    std::array<io_uring_cqe*, kCollectBatch> found{};
    unsigned count = 0;
    do {
        count = io_uring_peek_batch_cqe(ring_.get(), found.data(), kCollectBatch);
        for (unsigned i = 0; i < count; ++i) {
            auto* done = static_cast<Completion*>(io_uring_cqe_get_data(found[i]));
            if (done == nullptr) continue;  // from close_later()
            ended_.push_back({.done = done, .result = found[i]->res, .flags = found[i]->flags});
            if ((found[i]->flags & IORING_CQE_F_MORE) == 0) --in_flight_;
        }
        io_uring_cq_advance(ring_.get(), count);
    } while (count == kCollectBatch);
}

void Reactor::dispatch() {
    // Taken out of the ring first, for whoever is resumed may submit, and that moves the ring.
    collect();
    for (std::size_t i = 0; i < ended_.size(); ++i) {
        const Ended ended = ended_[i];
        ended.done->complete(ended.result, ended.flags);
    }
    ended_.clear();
}

void Reactor::run_timers() {
    if (timers_.empty()) return;
    const Monotonic until = now();
    while (Work work = timers_.take_due(until))
        work();
}

bool Reactor::anything_posted() {
    const std::scoped_lock lock(mutex_);
    return !posted_.empty();
}

void Reactor::run_posted() {
    {
        const std::scoped_lock lock(mutex_);
        running_.swap(posted_);
    }
    for (Work& work : running_) {
        work();
        work = nullptr;  // what it holds goes before the next begins
    }
    running_.clear();
}

void Reactor::post(Work work) {
    ++posting_;
    bool was_empty = false;
    {
        const std::scoped_lock lock(mutex_);
        was_empty = posted_.empty();
        posted_.push_back(std::move(work));
    }
    // A loop looks at posted_ before it waits, so it needs waking only by another thread, and only
    // once.
    if (was_empty && !on_thread()) waker_->wake();
    --posting_;  // last: the work may have run already, and from now on the reactor may go away
}

bool Reactor::on_thread() const {
    return std::this_thread::get_id() == thread_;
}

Monotonic Reactor::now() const {
    return std::chrono::steady_clock::now();
}

WallMicros Reactor::wall_now() const {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

std::uint64_t Reactor::random() {
    LOAM_CHECK(on_thread());
    if (random_left_ == 0) {
        // Up to 256 octets come whole or not at all: getrandom(2).
        const ssize_t got = getrandom(random_.data(), sizeof random_, 0);
        LOAM_CHECK(got == static_cast<ssize_t>(sizeof random_));
        random_left_ = random_.size();
    }
    return std::exchange(random_[--random_left_], 0);
}

Loop::TimerId Reactor::call_at(Monotonic when, Work work) {
    LOAM_CHECK(on_thread());
    return timers_.add(when, std::move(work));
}

void Reactor::cancel(TimerId timer) {
    LOAM_CHECK(on_thread());
    timers_.cancel(timer);
}

void Reactor::reserve(unsigned count) {
    LOAM_CHECK(on_thread());
    while (io_uring_sq_space_left(ring_.get()) < count) {
        const int result = io_uring_submit(ring_.get());
        LOAM_CHECK(result >= 0 || result == -EINTR || result == -EAGAIN || result == -EBUSY);
        if (result == -EBUSY) collect();  // older kernels want room for completions first
    }
}

io_uring_sqe* Reactor::next_operation() {
    reserve(1);
    io_uring_sqe* operation = io_uring_get_sqe(ring_.get());
    LOAM_CHECK(operation != nullptr);
    return operation;
}

void Reactor::track(io_uring_sqe* operation, Completion& done) {
    io_uring_sqe_set_data(operation, &done);
    ++in_flight_;
}

void Reactor::close_later(int fd) {
    io_uring_sqe* operation = next_operation();
    io_uring_prep_close(operation, fd);
    io_uring_sqe_set_data(operation, nullptr);
}

}  // namespace loam::io
