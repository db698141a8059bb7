#include "imapd/ops/metrics.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>
#include <spdlog/spdlog.h>

namespace loam::ops {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

/// Counters of Store::stats() that only grow; the others tell how it is at this moment.
constexpr std::array<std::string_view, 12> kGrowing{
    "log_groups",          "log_transactions",  "log_bytes_written",
    "log_groups_replayed", "erased_contents",   "erased_places",
    "erased_octets",       "erase_failures",    "log_write_microseconds",
    "segments_deleted",    "snapshots_written", "snapshot_octets_written"};

MetricFamily family(std::string name, std::string help, MetricType type) {
    return {.name = std::move(name), .help = std::move(help), .type = type, .metric = {}};
}

void put(MetricFamily& to, Labels labels, std::uint64_t value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    const auto number = static_cast<double>(value);
    if (to.type == MetricType::Counter) {
        metric.counter.value = number;
    } else {
        metric.gauge.value = number;
    }
    to.metric.push_back(std::move(metric));
}

MetricFamily store_family(const Store::Stat& stat) {
    const bool grows = std::ranges::find(kGrowing, stat.name) != kGrowing.end();
    MetricFamily one = family("loam_" + stat.name + (grows ? "_total" : ""), "As in loam stats.",
                              grows ? MetricType::Counter : MetricType::Gauge);
    put(one, {}, stat.value);
    return one;
}

ClientMetric::Histogram histogram_of(const imap::CommandMeter::Reading& reading) {
    ClientMetric::Histogram histogram;
    for (std::size_t i = 0; i < reading.buckets.size(); ++i) {
        histogram.sample_count += reading.buckets.at(i);
        if (i < imap::CommandMeter::kBoundsSeconds.size()) {
            histogram.bucket.push_back({.cumulative_count = histogram.sample_count,
                                        .upper_bound = imap::CommandMeter::kBoundsSeconds.at(i)});
        }
    }
    histogram.sample_sum = reading.seconds;
    return histogram;
}

void put_commands(const imap::CommandMeter& meter, std::vector<MetricFamily>& to) {
    constexpr std::array<const char*, imap::CommandMeter::kResults> kResults{"ok", "no", "bad"};
    MetricFamily counts =
        family("loam_commands_total", "IMAP commands answered.", MetricType::Counter);
    MetricFamily times =
        family("loam_command_seconds", "From a command's first line to its answer.",
               MetricType::Histogram);
    for (const auto& reading : meter.read()) {
        ClientMetric time;
        time.label = {{"command", std::string(reading.name)}};
        time.histogram = histogram_of(reading);
        if (time.histogram.sample_count == 0) continue;  // nobody has given it yet
        times.metric.push_back(std::move(time));
        for (std::size_t i = 0; i < kResults.size(); ++i) {
            const Labels labels{{"command", std::string(reading.name)}, {"result", kResults.at(i)}};
            put(counts, labels, reading.results.at(i));
        }
    }
    to.push_back(std::move(counts));
    to.push_back(std::move(times));
}

void put_logins(const imap::LoginGuard::Counters& counters, std::vector<MetricFamily>& to) {
    MetricFamily logins =
        family("loam_logins_total", "Logins that succeeded, failed, or were refused unseen.",
               MetricType::Counter);
    put(logins, {{"result", "ok"}}, counters.succeeded);
    put(logins, {{"result", "failed"}}, counters.failed);
    put(logins, {{"result", "limited"}}, counters.refused);
    to.push_back(std::move(logins));
    MetricFamily delayed =
        family("loam_logins_delayed_total", "Logins that had to wait.", MetricType::Counter);
    put(delayed, {}, counters.delayed);
    to.push_back(std::move(delayed));
}

void put_deliveries(const std::vector<const lmtp::LmtpCounters*>& all,
                    std::vector<MetricFamily>& to) {
    std::uint64_t delivered = 0;
    std::uint64_t refused = 0;
    std::uint64_t over_quota = 0;
    for (const lmtp::LmtpCounters* one : all) {
        delivered += one->delivered;
        refused += one->refused;
        over_quota += one->over_quota;
    }
    MetricFamily deliveries =
        family("loam_deliveries_total",
               "Answers to recipients of LMTP messages, behind their text.", MetricType::Counter);
    put(deliveries, {{"result", "ok"}}, delivered);
    put(deliveries, {{"result", "failed"}}, refused);
    put(deliveries, {{"result", "over_quota"}}, over_quota);
    to.push_back(std::move(deliveries));
}

/// One row a value: its family, the family's one label and that label's value.
struct Figure {
    const char* family;
    const char* help;
    MetricType type;
    const char* label;  ///< null: none
    const char* label_value;
    std::uint64_t value;
};

/// Rows of one family stand behind each other.
void put_figures(std::span<const Figure> figures, std::vector<MetricFamily>& to) {
    for (const Figure& figure : figures) {
        if (to.empty() || to.back().name != figure.family)
            to.push_back(family(figure.family, figure.help, figure.type));
        Labels labels;
        if (figure.label != nullptr) labels.push_back({figure.label, figure.label_value});
        put(to.back(), std::move(labels), figure.value);
    }
}

void put_traffic(imap::ServerGroup& group, std::vector<MetricFamily>& to) {
    constexpr auto kCounter = MetricType::Counter;
    constexpr auto kGauge = MetricType::Gauge;
    const imap::Traffic& seen = group.traffic;
    const char* const taken = "loam_imap_connections_total";
    const char* const refused = "loam_imap_refused_total";
    const char* const handshakes = "loam_tls_handshakes_total";
    const char* const octets = "loam_imap_octets_total";
    const char* const why = "Refused, since a limit of the configuration was reached.";
    const std::array figures{
        Figure{"loam_imap_connections", "Open.", kGauge, nullptr, "", group.connections},
        Figure{"loam_imap_sessions", "Logged in.", kGauge, nullptr, "", group.accounts.total()},
        Figure{taken, "Taken.", kCounter, "door", "clear", seen.taken_clear},
        Figure{taken, "", kCounter, "door", "tls", seen.taken_tls},
        Figure{refused, why, kCounter, "limit", "connections", seen.refused_full},
        Figure{refused, "", kCounter, "limit", "connections_per_address", seen.refused_address},
        Figure{refused, "", kCounter, "limit", "connections_per_account", seen.sessions_refused},
        Figure{"loam_commands_held_back_total", "Waited, since their client was too fast.",
               kCounter, nullptr, "", seen.commands_held_back},
        Figure{"loam_commands_over_quota_total", "Answered OVERQUOTA.", kCounter, nullptr, "",
               seen.over_quota},
        Figure{handshakes, "TLS of IMAP connections.", kCounter, "result", "ok", seen.handshakes},
        Figure{handshakes, "", kCounter, "result", "failed", seen.handshakes_failed},
        Figure{octets, "Without those of TLS.", kCounter, "way", "in", seen.octets_in},
        Figure{octets, "", kCounter, "way", "out", seen.octets_out},
    };
    put_figures(figures, to);
}

/// What the configuration allows, so that a rule can hold a value against it. 0: no limit.
void put_limits(const Config& config, std::vector<MetricFamily>& to) {
    const auto limit = [](const char* name, std::uint64_t value) {
        return Figure{
            "loam_limit", "The key of that name in [limits].", MetricType::Gauge, "key", name,
            value};
    };
    const std::array figures{
        limit("message_bytes", config.store.message_bytes_max),
        limit("connections", config.imap.connections_max),
        limit("connections_per_address", config.imap.connections_per_address),
        limit("connections_per_account", config.imap.session.sessions_per_account),
        limit("commands_per_second", config.imap.session.commands_per_second),
        limit("failed_logins_per_address", config.login.address_failures),
        limit("failed_logins_per_account", config.login.account_failures),
        limit("failed_logins_window_s",
              static_cast<std::uint64_t>(config.login.address_window.count())),
        limit("recipients", config.lmtp.recipients_max),
    };
    put_figures(figures, to);
}

class Sources final : public prometheus::Collectable {
  public:
    explicit Sources(MetricSources sources) : sources_(std::move(sources)) {}

    std::vector<MetricFamily> Collect() const override {
        std::vector<MetricFamily> all;
        put_limits(sources_.config, all);
        put_traffic(sources_.sessions, all);
        put_commands(sources_.commands, all);
        put_logins(sources_.logins.counters(), all);
        put_deliveries(sources_.deliveries, all);
        put_store(all);
        return all;
    }

  private:
    void put_store(std::vector<MetricFamily>& to) const {
        using Stats = Result<std::vector<Store::Stat>>;
        Store& store = sources_.store;
        io::Loop& loop = sources_.threads.loop(0);
        const auto ask = [&] { return store.stats(loop); };
        const auto stats = sources_.threads.call<Stats>(0, ask);
        if (!stats) {
            spdlog::warn("metrics: {}", stats.error().what);
            return;
        }
        for (const Store::Stat& stat : *stats)
            to.push_back(store_family(stat));
    }

    const MetricSources sources_;
};

}  // namespace

struct Metrics::Impl {
    std::shared_ptr<Sources> sources;  // shared: the library keeps a weak_ptr
    std::unique_ptr<prometheus::Exposer> exposer;
};

Metrics::Metrics(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Metrics::~Metrics() = default;

Result<std::unique_ptr<Metrics>> Metrics::start(const std::string& address, MetricSources sources) {
    auto impl = std::make_unique<Impl>();
    impl->sources = std::make_shared<Sources>(std::move(sources));
    try {
        impl->exposer = std::make_unique<prometheus::Exposer>(std::vector<std::string>{
            "listening_ports", address, "num_threads", "2", "request_timeout_ms", "5000"});
        impl->exposer->RegisterCollectable(impl->sources);
    } catch (const std::exception& error) {  // the library's only way to tell
        return fail(Errc::io, "metrics.listen: " + address + ": " + error.what());
    }
    return std::unique_ptr<Metrics>(new Metrics(std::move(impl)));
}

}  // namespace loam::ops
