#include "tests/transcripts/world.h"

#include <cstdlib>
#include <optional>
#include <utility>

#include "engine/api/account_state.h"
#include "engine/base/check.h"

namespace loam::imap {
namespace {

std::filesystem::path make_directory() {
    std::string path = std::filesystem::temp_directory_path() / "loam-transcripts-XXXXXX";
    LOAM_CHECK(::mkdtemp(path.data()) != nullptr);
    return path;
}

template <typename T>
Task<void> deliver(Task<T> task, std::promise<T>& promise) {
    T value = co_await std::move(task);
    promise.set_value(std::move(value));
}

Task<void> deliver(Task<void> task, std::promise<void>& promise) {
    co_await std::move(task);
    promise.set_value();
}

Task<void> destroy(std::unique_ptr<Store> store) {
    store.reset();
    co_return;
}

Task<Status> damage(Store& store, io::Loop& loop, std::string user, std::size_t number) {
    LOAM_CO_TRY(const UserInfo info, co_await store.find_user(loop, user));
    LOAM_CO_TRY(const AccountHandle account, co_await store.account(info.account));
    LOAM_CO_TRY(const auto inbox, co_await account->open_mailbox(*account->find_mailbox("INBOX")));
    const std::pair<Cid, std::string_view> sidecar{inbox->messages()[number - 1].cid,
                                                   "\x01 damaged"};
    co_return account->impl().keeper.index().put_sidecars(account->id(), {&sidecar, 1});
}

}  // namespace

template <typename T>
T World::wait_for(std::size_t thread, Task<T> task) {
    std::promise<T> promise;
    std::future<T> future = promise.get_future();
    loop(thread).post([&, mine = std::move(task)]() mutable {
        LOAM_CHECK(gates_[thread].spawn(deliver(std::move(mine), promise)));
    });
    return future.get();
}

void World::turn_over(std::size_t thread) {
    std::promise<std::size_t> running;
    loop(thread).post([&] { running.set_value(gates_[thread].running()); });
    LOAM_CHECK(running.get_future().get() == 0);
}

void World::run(std::size_t thread, Task<void> task) {
    std::promise<void> promise;
    std::future<void> future = promise.get_future();
    loop(thread).post([&, mine = std::move(task)]() mutable {
        LOAM_CHECK(gates_[thread].spawn(deliver(std::move(mine), promise)));
    });
    future.get();
}

World::World(ServerConfig config, const tls::TlsConfig& tls)
    : directory_(make_directory()),
      config_(std::move(config)),
      workers_(std::make_unique<io::ThreadWorkers>(2)) {
    for (auto& thread : threads_) {
        auto started = io::IoThread::start(*workers_);
        LOAM_CHECK(started.ok());
        thread = *std::move(started);
    }
    const StoreThread owner{.loop = &threads_[0]->reactor(), .disk = &threads_[0]->disk()};
    StoreOptions options;
    options.path = directory_ / "store";
    options.create = true;
    options.message_bytes_max = 4U << 20;
    options.expunge_history = 50;  // little, so that a dialogue can outlive it
    auto opened = wait_for(0, Store::open(options, {owner}));
    LOAM_CHECK(opened.ok());
    store_ = *std::move(opened);
    authenticator_ = std::make_unique<Authenticator>(*store_);
    if (tls.enabled()) {
        auto source = tls::TlsSource::load(tls);
        LOAM_CHECK(source.ok());
        tls_ = *std::move(source);
    }

    for (auto& thread : threads_) {
        servers_.push_back(std::make_unique<Server>(thread->reactor(), thread->net(), *store_,
                                                    *authenticator_, config_, group_, tls_.get()));
        group_.servers.push_back(servers_.back().get());
    }
    const Status listening = wait_for(1, servers_[1]->listen({"127.0.0.1:0"}));
    LOAM_CHECK(listening.ok());
    address_ = servers_[1]->addresses().front();
    if (!tls_) return;
    LOAM_CHECK(wait_for(1, servers_[1]->listen({"127.0.0.1:0"}, Door::tls)).ok());
    tls_address_ = servers_[1]->addresses(Door::tls).front();
}

World::~World() {
    stop_servers();
    LOAM_CHECK(wait_for(0, store_->close()).ok());
    servers_.clear();
    authenticator_.reset();
    run(0, destroy(std::move(store_)));
    // The last task of a gate ends a moment after it delivered: a round trip waits for that.
    for (std::size_t i = 0; i < kThreads; ++i)
        turn_over(i);
    for (auto& thread : threads_)
        thread.reset();
    workers_->stop();
    std::filesystem::remove_all(directory_);
}

void World::stop_servers() {
    if (std::exchange(stopped_, true)) return;
    for (std::size_t i = 0; i < kThreads; ++i)
        run(i, servers_[i]->stop());
}

void World::add_user(const std::string& name, const std::string& password) {
    auto secret = make_secret(password);
    LOAM_CHECK(secret.ok());
    const CredentialRow credentials{.name = name, .secret = *std::move(secret)};
    LOAM_CHECK(wait_for(0, store_->add_user(loop(0), credentials)).ok());
}

void World::make_administrator(const std::string& name) {
    LOAM_CHECK(wait_for(0, store_->set_administrator(loop(0), name, true)).ok());
}

void World::set_limits(const std::string& user, std::uint64_t octets, std::uint64_t messages,
                       std::uint64_t mailboxes) {
    const LimitsChange change{.octets = octets, .messages = messages, .mailboxes = mailboxes};
    LOAM_CHECK(wait_for(0, store_->set_limits(loop(0), user, change)).ok());
}

void World::damage_message(const std::string& user, std::size_t number) {
    LOAM_CHECK(wait_for(0, damage(*store_, loop(0), user, number)).ok());
}

}  // namespace loam::imap
