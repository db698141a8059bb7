#include "imapd/ops/daemon.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <thread>

#include <spdlog/spdlog.h>

#include "engine/io/sync_probe.h"
#include "engine/io/workers.h"
#include "imapd/auth/authenticator.h"
#include "imapd/lmtp/server.h"
#include "imapd/net/server.h"
#include "imapd/ops/reactor_threads.h"
#include "imapd/tls/source.h"

namespace loam::ops {

struct Daemon::Impl {
    explicit Impl(Config with)
        : config(std::move(with)), workers(std::max(2U, std::thread::hardware_concurrency())) {}

    const Config config;
    io::ThreadWorkers workers;
    std::unique_ptr<ReactorThreads> threads;
    std::unique_ptr<Store> store;
    std::unique_ptr<imap::Authenticator> authenticator;
    std::unique_ptr<tls::TlsSource> tls;  // null: none
    imap::ServerGroup group;
    std::vector<std::unique_ptr<imap::Server>> imap;
    std::vector<std::unique_ptr<lmtp::LmtpServer>> lmtp;
    std::vector<std::string> imap_addresses;
    std::vector<std::string> lmtp_addresses;
    std::vector<std::string> imap_tls_addresses;

    Status start();
    Status load_certificates();
    void log_certificates() const;
    void reload();
    Status stop();
    Status make_directory();
    Status open_store();
    Status choose_sync();
    void make_servers();
    Status listen();
};

namespace {

using Opened = Result<std::unique_ptr<Store>>;

Task<Status> listen_lmtp(lmtp::LmtpServer* server, std::vector<std::string> addresses) {
    co_return server->listen(addresses);
}

template <typename Server>
Task<Status> stop_server(Server* server) {
    co_await server->stop();
    co_return Status::good();
}

Task<Status> forget_servers(std::unique_ptr<imap::Server>* imap,
                            std::unique_ptr<lmtp::LmtpServer>* lmtp) {
    imap->reset();
    lmtp->reset();
    co_return Status::good();
}

std::string_view name_of(io::SyncMethod method) {
    switch (method) {
        case io::SyncMethod::fdatasync_linked:
            return "write and fdatasync";
        case io::SyncMethod::dsync:
            return "synchronous write";
        case io::SyncMethod::off:
            return "none";
    }
    return "";
}

}  // namespace

/// The probe wants a place to write to, before the store is there.
Status Daemon::Impl::make_directory() {
    if (mkdir(config.store.path.c_str(), 0700) == 0 || errno == EEXIST) return {};
    return fail(Errc::io, config.store.path + ": " + std::strerror(errno));
}

Status Daemon::Impl::choose_sync() {
    io::SyncMethod method = io::SyncMethod::off;
    if (config.sync) {
        auto probe = [this] {
            return io::probe_sync(threads->disk(0), config.store.path, threads->loop(0));
        };
        LOAM_TRY(method, threads->call<Result<io::SyncMethod>>(0, probe));
        spdlog::info("store: made durable by {}", name_of(method));
    } else {
        spdlog::warn(
            "store.sync is off: NOTHING IS DURABLE, a crash loses acknowledged mail; for "
            "benchmarks only");
    }
    for (std::size_t i = 0; i < threads->count(); ++i)
        threads->disk(i).set_sync_method(method);
    return {};
}

Status Daemon::Impl::open_store() {
    std::vector<StoreThread> store_threads;
    for (std::size_t i = 0; i < threads->count(); ++i) {
        store_threads.push_back({.loop = &threads->loop(i), .disk = &threads->disk(i)});
    }
    auto open = [&] { return Store::open(config.store, store_threads); };
    LOAM_TRY(store, threads->call<Opened>(0, open));
    return {};
}

void Daemon::Impl::make_servers() {
    authenticator = std::make_unique<imap::Authenticator>(*store);
    for (std::size_t i = 0; i < threads->count(); ++i) {
        imap.push_back(std::make_unique<imap::Server>(threads->loop(i), threads->net(i), *store,
                                                      *authenticator, config.imap, group,
                                                      tls.get()));
        group.servers.push_back(imap.back().get());
        lmtp.push_back(std::make_unique<lmtp::LmtpServer>(threads->loop(i), threads->net(i), *store,
                                                          config.lmtp, tls.get()));
    }
}

Status Daemon::Impl::listen() {
    // The first server may be given port 0; the others share the port that it got.
    imap_addresses = config.imap_listen;
    lmtp_addresses = config.lmtp_listen;
    imap_tls_addresses = config.imap_listen_tls;
    for (std::size_t i = 0; i < threads->count(); ++i) {
        // A path has one listener; ports are shared among the reactors.
        const auto wanted = [i](std::vector<std::string> addresses) {
            const auto is_unix = [](const std::string& address) {
                return address.starts_with("unix:");
            };
            if (i > 0) std::erase_if(addresses, is_unix);
            return addresses;
        };
        auto listen_imap = [&] { return imap[i]->listen(wanted(imap_addresses)); };
        LOAM_TRY_STATUS(threads->call<Status>(i, listen_imap));
        auto listen_tls = [&] {
            return imap[i]->listen(wanted(imap_tls_addresses), imap::Door::tls);
        };
        if (tls) LOAM_TRY_STATUS(threads->call<Status>(i, listen_tls));
        auto listen_mail = [&] { return listen_lmtp(lmtp[i].get(), wanted(lmtp_addresses)); };
        LOAM_TRY_STATUS(threads->call<Status>(i, listen_mail));
        if (i == 0) {
            imap_addresses = imap[0]->addresses();
            lmtp_addresses = lmtp[0]->addresses();
            imap_tls_addresses = imap[0]->addresses(imap::Door::tls);
        }
    }
    for (const std::string& address : imap_addresses)
        spdlog::info("imap: listening on {}", address);
    for (const std::string& address : imap_tls_addresses)
        spdlog::info("imap: listening on {} with TLS", address);
    for (const std::string& address : lmtp_addresses)
        spdlog::info("lmtp: listening on {}", address);
    return {};
}

Status Daemon::Impl::load_certificates() {
    if (!config.tls.enabled()) return {};
    LOAM_TRY(tls, tls::TlsSource::load(config.tls));
    log_certificates();
    return {};
}

void Daemon::Impl::log_certificates() const {
    for (const std::string& certificate : tls->current()->certificates())
        spdlog::info("tls: certificate of {}", certificate);
}

void Daemon::Impl::reload() {
    if (!tls) {
        spdlog::info("tls: no certificates are configured");
    } else if (const Status loaded = tls->reload(); loaded) {
        log_certificates();
    } else {
        spdlog::error("tls: the certificates stay as they were: {}", loaded.error().what);
    }
}

Status Daemon::Impl::start() {
    LOAM_TRY_STATUS(load_certificates());
    const std::size_t count =
        config.threads != 0 ? config.threads : std::thread::hardware_concurrency();
    LOAM_TRY(threads, ReactorThreads::start(std::max<std::size_t>(count, 1), workers));
    LOAM_TRY_STATUS(make_directory());
    LOAM_TRY_STATUS(choose_sync());
    LOAM_TRY_STATUS(open_store());
    make_servers();
    return listen();
}

Status Daemon::Impl::stop() {
    for (std::size_t i = 0; i < lmtp.size(); ++i) {
        auto end = [&] { return stop_server(lmtp[i].get()); };
        LOAM_TRY_STATUS(threads->call<Status>(i, end));
    }
    for (std::size_t i = 0; i < imap.size(); ++i) {
        auto end = [&] { return stop_server(imap[i].get()); };
        LOAM_TRY_STATUS(threads->call<Status>(i, end));
    }
    // Only when all have stopped does the first one go, each on the thread whose sockets it holds.
    for (std::size_t i = 0; i < imap.size(); ++i) {
        auto forget = [&] { return forget_servers(&imap[i], &lmtp[i]); };
        LOAM_TRY_STATUS(threads->call<Status>(i, forget));
    }
    authenticator.reset();
    Status closed;
    if (store) {
        auto close = [&] { return store->close(); };
        closed = threads->call<Status>(0, close);
    }
    store.reset();
    if (threads) threads->stop();
    workers.stop();
    return closed;
}

Daemon::Daemon(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::start(Config config) {
    auto impl = std::make_unique<Impl>(std::move(config));
    if (Status started = impl->start(); !started) {
        const Status stopped = impl->stop();
        if (!stopped) spdlog::error("{}", stopped.error().what);
        return started.error();
    }
    return std::unique_ptr<Daemon>(new Daemon(std::move(impl)));
}

const std::vector<std::string>& Daemon::imap_addresses() const {
    return impl_->imap_addresses;
}
const std::vector<std::string>& Daemon::lmtp_addresses() const {
    return impl_->lmtp_addresses;
}
const std::vector<std::string>& Daemon::imap_tls_addresses() const {
    return impl_->imap_tls_addresses;
}
void Daemon::reload() {
    impl_->reload();
}
Status Daemon::stop() {
    return impl_->stop();
}

}  // namespace loam::ops
