#include "tools/loam/command.h"

#include <cstdio>

namespace loam::tool {

namespace {

constexpr std::size_t kWorkers = 2;

}  // namespace

Runtime::Runtime() : workers_(kWorkers) {}

Result<std::unique_ptr<Runtime>> Runtime::start() {
    std::unique_ptr<Runtime> runtime(new Runtime);
    LOAM_TRY(runtime->reactor_, io::Reactor::create(runtime->workers_));
    runtime->disk_ = std::make_unique<io::RingDisk>(*runtime->reactor_);
    return runtime;
}

void complain(const Error& error) {
    std::fprintf(stderr, "loam: %s\n", error.what.c_str());
}

Result<std::unique_ptr<Store>> open_store(Runtime& runtime, const Options& options, bool create) {
    StoreOptions store_options;
    store_options.path = options.store;
    store_options.create = create;
    return runtime.run(Store::open(store_options, {{&runtime.loop(), &runtime.disk()}}));
}

int with_store(const Options& options, bool create,
               const std::function<Result<int>(Runtime&, Store&)>& work) {
    auto runtime = Runtime::start();
    if (!runtime) {
        complain(runtime.error());
        return kExitFailed;
    }
    auto store = open_store(**runtime, options, create);
    if (!store) {
        complain(store.error());
        return kExitFailed;
    }
    const Result<int> status = work(**runtime, **store);
    if (!status) complain(status.error());
    if (const Status closed = (*runtime)->run((*store)->close()); !closed) {
        complain(closed.error());
        return kExitFailed;
    }
    return status.value_or(kExitFailed);
}

}  // namespace loam::tool
