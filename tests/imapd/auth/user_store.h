#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "engine/api/store.h"
#include "engine/io/block_on.h"
#include "engine/io/reactor.h"
#include "engine/io/ring_disk.h"
#include "engine/io/workers.h"
#include "tests/support/temp_dir.h"

namespace loam::imap {

/// Counts what is to be worked out.
class CountingWorkers final : public io::Workers {
  public:
    void submit(Class priority, io::Loop::Work work) override {
        if (priority == Class::foreground) ++foreground;
        real_.submit(priority, std::move(work));
    }
    std::atomic<int> foreground = 0;

  private:
    io::ThreadWorkers real_{2};
};

/// A store with users, on one loop that runs while somebody waits for a task.
class UserStore {
  public:
    UserStore() : reactor_(*io::Reactor::create(workers_)), disk_(*reactor_) {
        disk_.set_sync_method(io::SyncMethod::off);
        open();
    }
    UserStore(const UserStore&) = delete;
    UserStore& operator=(const UserStore&) = delete;
    ~UserStore() { EXPECT_TRUE(run(store_->close())); }

    template <typename T>
    T run(Task<T> task) {
        return io::block_on(*reactor_, std::move(task));
    }
    void add(const std::string& name, const std::string& secret) {
        ASSERT_TRUE(run(store_->add_user(*reactor_, {.name = name, .secret = secret})));
    }
    void reopen() {
        ASSERT_TRUE(run(store_->close()));
        store_.reset();
        open();
    }
    io::Loop& loop() { return *reactor_; }
    Store& store() { return *store_; }
    int worked_out() const { return workers_.foreground; }

  private:
    void open() {
        StoreOptions options;
        options.path = dir_ / "store";
        options.create = true;
        options.cache_bytes = 8U << 20;
        auto opened = run(Store::open(options, {{reactor_.get(), &disk_}}));
        LOAM_CHECK(opened.ok());
        store_ = *std::move(opened);
    }

    TempDir dir_;
    CountingWorkers workers_;
    std::unique_ptr<io::Reactor> reactor_;
    io::RingDisk disk_;
    std::unique_ptr<Store> store_;
};

}  // namespace loam::imap
