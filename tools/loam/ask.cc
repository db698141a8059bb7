#include "tools/loam/ask.h"

#include <memory>
#include <string>
#include <utility>

#include "engine/io/ring_net.h"
#include "imapd/admin/client.h"
#include "imapd/admin/perform.h"
#include "imapd/admin/store_socket.h"

namespace loam::tool {
namespace {

using Take = std::function<void(const admin::Row&)>;

/// This process asks itself.
class Here final : public admin::Caller {
  public:
    explicit Here(const Take& take) : take_(take) {}
    Task<Status> put(admin::Row row) override {
        take_(row);
        co_return Status::good();
    }
    bool gone() const override { return false; }
    void end_sessions(AccountId /*account*/) override {}  // nobody else has the store open

  private:
    const Take& take_;
};

Task<Status> ask_holder(io::RingNet& net, std::string store, admin::Request request,
                        const Take& take, Error held) {
    LOAM_CO_TRY(const auto stream, co_await connect_holder(net, std::move(store), std::move(held)));
    co_return co_await admin::ask(*stream, std::move(request), take);
}

Status ask(Runtime& runtime, const Options& options, bool create, admin::Request request,
           const Take& take) {
    auto store = open_store(runtime, options, create);
    if (!store && store.error().code == Errc::busy) {
        io::RingNet net(runtime.loop());
        return runtime.run(ask_holder(net, options.store, std::move(request), take, store.error()));
    }
    if (!store) return store.error();
    Here caller(take);
    Status done = runtime.run(admin::perform(**store, runtime.loop(), std::move(request), caller));
    const Status closed = runtime.run((*store)->close());
    return done ? closed : done;
}

}  // namespace

Task<Result<std::unique_ptr<io::Stream>>> connect_holder(io::RingNet& net, std::string store,
                                                         Error held) {
    const auto place = admin::StoreSocket::open(store);
    if (!place) co_return held;
    auto stream = co_await net.connect((*place)->address());
    if (!stream) co_return held;
    co_return *std::move(stream);
}

int ask_store(const Options& options, bool create, admin::Request request,
              const std::function<void(const admin::Row&)>& take) {
    auto runtime = Runtime::start();
    const Status done =
        runtime ? ask(**runtime, options, create, std::move(request), take) : runtime.error();
    if (!done) complain(done.error());
    return done ? kExitFine : kExitFailed;
}

}  // namespace loam::tool
