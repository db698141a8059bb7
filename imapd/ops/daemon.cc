#include "imapd/ops/daemon.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <thread>

#include <spdlog/spdlog.h>

#include "engine/io/sync_probe.h"
#include "engine/io/workers.h"
#include "imapd/admin/server.h"
#include "imapd/auth/authenticator.h"
#include "imapd/lmtp/server.h"
#include "imapd/net/server.h"
#include "imapd/ops/metrics.h"
#include "imapd/ops/privileges.h"
#include "imapd/ops/reactor_threads.h"
#include "imapd/ops/token_keys.h"
#include "imapd/tls/source.h"

namespace loam::ops {

struct Daemon::Impl {
    explicit Impl(Config with)
        : config(std::move(with)), workers(std::max(2U, std::thread::hardware_concurrency())) {}

    const Config config;
    bool made_directory = false;
    io::ThreadWorkers workers;
    std::unique_ptr<ReactorThreads> threads;
    std::unique_ptr<Store> store;
    std::unique_ptr<imap::Authenticator> authenticator;
    std::unique_ptr<tls::TlsSource> tls;          // null: none
    std::unique_ptr<imap::TokenVerifier> tokens;  // null: none; the authenticator's later
    /// Opened and not served yet, of one thread.
    struct Entrances {
        std::vector<std::unique_ptr<io::Listener>> imap;
        std::vector<std::unique_ptr<io::Listener>> imap_tls;
        std::vector<std::unique_ptr<io::Listener>> lmtp;
    };
    std::vector<Entrances> entrances;
    std::unique_ptr<imap::CommandMeter> meter;
    imap::ServerGroup group;
    std::vector<std::unique_ptr<imap::Server>> imap;
    std::vector<std::unique_ptr<lmtp::LmtpServer>> lmtp;
    std::unique_ptr<admin::AdminServer> admin;
    std::unique_ptr<Metrics> metrics;
    std::vector<std::string> imap_addresses;
    std::vector<std::string> lmtp_addresses;
    std::vector<std::string> imap_tls_addresses;

    Status start();
    Status load_certificates();
    Status load_token_keys();
    void log_certificates() const;
    void reload();
    Status stop();
    Status make_directory();
    Status open_store();
    Status choose_sync();
    Status open_entrances();
    Status become_user() const;
    Task<Status> open_on(std::size_t i);
    void make_servers();
    void make_meter();
    Status serve_metrics();
    Status serve();
    Task<Status> serve_on(std::size_t i);
    void end_sessions(AccountId account) const;
    Task<Status> serve_operator();
    Task<Status> stop_operator();
};

namespace {

using Opened = Result<std::unique_ptr<Store>>;

using Listeners = std::vector<std::unique_ptr<io::Listener>>;

bool is_unix(const std::string& address) {
    return address.starts_with("unix:");
}

/// `addresses` become the bound ones: the first thread may be given port 0, the others share the
/// port that it got. A path has one listener.
Status open_listeners(io::Net& net, std::vector<std::string>& addresses, bool first,
                      Listeners& listeners) {
    for (std::string& address : addresses) {
        if (!first && is_unix(address)) continue;
        LOAM_TRY(auto listener, net.listen(address));
        address = listener->address();
        listeners.push_back(std::move(listener));
    }
    return {};
}

template <typename Server>
Task<Status> stop_server(Server* server) {
    co_await server->stop();
    co_return Status::good();
}

template <typename Entrances>
Task<Status> forget_entrances(Entrances* entrances) {
    *entrances = {};
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
    made_directory = mkdir(config.store.path.c_str(), 0700) == 0;
    if (made_directory || errno == EEXIST) return {};
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

void Daemon::Impl::make_meter() {
    if (config.metrics_listen.empty()) return;
    std::vector<const io::Loop*> loops;
    for (std::size_t i = 0; i < threads->count(); ++i)
        loops.push_back(&threads->loop(i));
    meter = std::make_unique<imap::CommandMeter>(std::move(loops));
    group.meter = meter.get();
}

Status Daemon::Impl::serve_metrics() {
    if (!meter) return {};
    MetricSources sources{.store = *store,
                          .threads = *threads,
                          .commands = *meter,
                          .config = config,
                          .sessions = group,
                          .logins = *authenticator};
    for (const auto& server : lmtp)
        sources.deliveries.push_back(&server->counters());
    LOAM_TRY(metrics, Metrics::start(config.metrics_listen, std::move(sources)));
    spdlog::info("metrics: listening on {}", config.metrics_listen);
    return {};
}

void Daemon::Impl::make_servers() {
    make_meter();
    authenticator = std::make_unique<imap::Authenticator>(*store, config.login, std::move(tokens));
    for (std::size_t i = 0; i < threads->count(); ++i) {
        imap.push_back(std::make_unique<imap::Server>(threads->loop(i), threads->net(i), *store,
                                                      *authenticator, config.imap, group,
                                                      tls.get()));
        group.servers.push_back(imap.back().get());
        lmtp.push_back(std::make_unique<lmtp::LmtpServer>(threads->loop(i), threads->net(i), *store,
                                                          config.lmtp, tls.get()));
    }
}

// Before the store is opened: what opens ports may not be who serves.
Status Daemon::Impl::open_entrances() {
    imap_addresses = config.imap_listen;
    lmtp_addresses = config.lmtp_listen;
    if (tls) imap_tls_addresses = config.imap_listen_tls;
    entrances.resize(threads->count());
    for (std::size_t i = 0; i < threads->count(); ++i) {
        auto open = [this, i]() -> Task<Status> { return open_on(i); };
        LOAM_TRY_STATUS(threads->call<Status>(i, open));
    }
    return {};
}

Task<Status> Daemon::Impl::open_on(std::size_t i) {
    io::Net& net = threads->net(i);
    LOAM_CO_TRY_STATUS(open_listeners(net, imap_addresses, i == 0, entrances[i].imap));
    LOAM_CO_TRY_STATUS(open_listeners(net, imap_tls_addresses, i == 0, entrances[i].imap_tls));
    co_return open_listeners(net, lmtp_addresses, i == 0, entrances[i].lmtp);
}

Status Daemon::Impl::become_user() const {
    if (config.user.empty()) return {};
    std::vector<std::string> files;
    if (made_directory) files.push_back(config.store.path);
    for (const auto& addresses : {imap_addresses, imap_tls_addresses, lmtp_addresses}) {
        for (const std::string& address : addresses) {
            if (is_unix(address)) files.push_back(address.substr(5));
        }
    }
    return ops::become_user(config.user, files, config.core_dumps);
}

Task<Status> Daemon::Impl::serve_on(std::size_t i) {
    Entrances mine = std::exchange(entrances[i], {});
    for (auto& listener : mine.imap)
        imap[i]->serve(std::move(listener), imap::Door::clear);
    for (auto& listener : mine.imap_tls)
        imap[i]->serve(std::move(listener), imap::Door::tls);
    for (auto& listener : mine.lmtp)
        lmtp[i]->serve(std::move(listener));
    co_return Status::good();
}

Status Daemon::Impl::serve() {
    for (std::size_t i = 0; i < threads->count(); ++i) {
        auto begin = [this, i]() -> Task<Status> { return serve_on(i); };
        LOAM_TRY_STATUS(threads->call<Status>(i, begin));
    }
    for (const std::string& address : imap_addresses)
        spdlog::info("imap: listening on {}", address);
    for (const std::string& address : imap_tls_addresses)
        spdlog::info("imap: listening on {} with TLS", address);
    for (const std::string& address : lmtp_addresses)
        spdlog::info("lmtp: listening on {}", address);
    return {};
}

void Daemon::Impl::end_sessions(AccountId account) const {
    for (const auto& server : imap) {
        imap::Server* const each = server.get();
        each->loop().post([each, account] { each->end_sessions(account); });
    }
}

// What the operator cannot ask is no reason not to serve mail.
Task<Status> Daemon::Impl::serve_operator() {
    auto end = [this](AccountId account) { end_sessions(account); };
    admin = std::make_unique<admin::AdminServer>(threads->loop(0), threads->net(0), *store, end);
    const Status listening = admin->listen();
    if (!listening) spdlog::error("admin: no socket: {}", listening.error().what);
    co_return Status::good();
}

Task<Status> Daemon::Impl::stop_operator() {
    co_await admin->stop();
    admin.reset();
    co_return Status::good();
}

Status Daemon::Impl::load_certificates() {
    if (!config.tls.enabled()) return {};
    LOAM_TRY(tls, tls::TlsSource::load(config.tls));
    log_certificates();
    return {};
}

Status Daemon::Impl::load_token_keys() {
    if (config.oauth.keys.empty()) return {};
    LOAM_TRY(tokens, read_token_keys(config));
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
    LOAM_TRY_STATUS(load_token_keys());
    const std::size_t count =
        config.threads != 0 ? config.threads : std::thread::hardware_concurrency();
    LOAM_TRY(threads, ReactorThreads::start(std::max<std::size_t>(count, 1), workers));
    LOAM_TRY_STATUS(make_directory());
    LOAM_TRY_STATUS(open_entrances());
    LOAM_TRY_STATUS(become_user());
    LOAM_TRY_STATUS(choose_sync());
    LOAM_TRY_STATUS(open_store());
    make_servers();
    auto answer = [this] { return serve_operator(); };
    LOAM_TRY_STATUS(threads->call<Status>(0, answer));
    LOAM_TRY_STATUS(serve_metrics());
    return serve();
}

Status Daemon::Impl::stop() {
    metrics.reset();
    if (admin) {
        auto silence = [this] { return stop_operator(); };
        LOAM_TRY_STATUS(threads->call<Status>(0, silence));
    }
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
    for (std::size_t i = 0; i < entrances.size(); ++i) {
        auto forget = [&] { return forget_entrances(&entrances[i]); };
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
