#include "bench/load/loop.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <sys/epoll.h>
#include <unistd.h>

#include "engine/base/check.h"

namespace loam::load {

Loop::Loop() : epoll_fd_(epoll_create1(EPOLL_CLOEXEC)) {
    LOAM_CHECK(epoll_fd_ >= 0);
}

Loop::~Loop() {
    close(epoll_fd_);
}

Status Loop::watch(int fd, Handler& handler) {
    epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                      .data = {.ptr = &handler}};
    if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0)
        return fail(Errc::io, std::string("epoll_ctl: ") + std::strerror(errno));
    return Status::good();
}

Status Loop::run(std::chrono::milliseconds quiet_max) {
    std::array<epoll_event, 64> events{};
    while (!stopped_) {
        const int count = epoll_wait(epoll_fd_, events.data(), static_cast<int>(events.size()),
                                     static_cast<int>(quiet_max.count()));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fail(Errc::io, std::string("epoll_wait: ") + std::strerror(errno));
        if (count == 0) {
            return fail(Errc::timeout,
                        "no server answered for " + std::to_string(quiet_max.count()) + " ms");
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(count) && !stopped_; ++i) {
            LOAM_TRY_STATUS(static_cast<Handler*>(events[i].data.ptr)->on_ready());
        }
    }
    return Status::good();
}

}  // namespace loam::load
