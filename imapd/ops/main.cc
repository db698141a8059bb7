// loamd: the mail server. Everything it does is in the parts; this reads the command line, wires,
// and waits for signals.
#include <cstdio>
#include <cstdlib>
#include <signal.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include "imapd/ops/config.h"
#include "imapd/ops/daemon.h"
#include "imapd/ops/logging.h"
#include "imapd/ops/privileges.h"
#include "imapd/ops/token_keys.h"
#include "imapd/tls/context.h"

namespace {

/// Exit statuses, as people's scripts may rely on: 0 ended as asked, 2 could not start or not end
/// well.
constexpr int kExitFailed = 2;

/// The files that it names count as well.
int check(const loam::ops::Config& config, const std::string& path) {
    if (config.tls.enabled()) {
        const auto loaded = loam::tls::TlsContext::load(config.tls);
        if (!loaded) {
            std::fprintf(stderr, "loamd: %s\n", loaded.error().what.c_str());
            return kExitFailed;
        }
    }
    if (!config.oauth.keys.empty()) {
        const auto read = loam::ops::read_token_keys(config);
        if (!read) {
            std::fprintf(stderr, "loamd: %s\n", read.error().what.c_str());
            return kExitFailed;
        }
    }
    std::printf("%s: fine\n", path.c_str());
    return EXIT_SUCCESS;
}

int serve(loam::ops::Config config) {
    // Blocked before any thread starts, so that only sigwait() below sees them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);
    umask(0077);
    loam::ops::restrict_process(config.core_dumps);

    auto daemon = loam::ops::Daemon::start(std::move(config));
    if (!daemon) {
        std::fprintf(stderr, "loamd: %s\n", daemon.error().what.c_str());
        return kExitFailed;
    }
    spdlog::info("ready");
    int received = 0;
    while (sigwait(&signals, &received) == 0 && received == SIGHUP)
        (*daemon)->reload();
    spdlog::info("stopping");
    // Whoever asks a second time does not want to wait.
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    if (const loam::Status stopped = (*daemon)->stop(); !stopped) {
        std::fprintf(stderr, "loamd: %s\n", stopped.error().what.c_str());
        return kExitFailed;
    }
    spdlog::info("stopped");
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "loamd keeps mail: it serves IMAP4rev2 and IMAP4rev1 and takes deliveries by LMTP"};
    std::string config_path;
    bool check_only = false;
    app.add_option("--config", config_path, "the configuration, one TOML file")->required();
    app.add_flag("--check-config", check_only,
                 "read the configuration, say what is wrong with it, and end");
    app.set_version_flag("--version", std::string("loamd ") + LOAM_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? EXIT_SUCCESS : kExitFailed;
    }
    auto config = loam::ops::load_config(config_path);
    if (!config) {
        std::fprintf(stderr, "loamd: %s\n", config.error().what.c_str());
        return kExitFailed;
    }
    if (check_only) return check(*config, config_path);
    loam::ops::start_logging(*config);
    config->store.create = true;
    config->imap.session.version = LOAM_VERSION;
    return serve(*std::move(config));
}
