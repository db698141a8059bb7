#include "bench/load/run.h"

#include <chrono>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "bench/load/messages.h"
#include "bench/load/statistics.h"

namespace loam::load {

namespace {

nlohmann::json to_json(const Summary& summary) {
    return {{"count", summary.count}, {"mean", summary.mean_ms}, {"p50", summary.p50_ms},
            {"p95", summary.p95_ms},  {"p99", summary.p99_ms},   {"max", summary.max_ms}};
}

double ratio(double part, std::size_t whole) {
    return whole == 0 ? 0 : part / static_cast<double>(whole);
}

}  // namespace

Run::Run(const Options& options) : options_(options), watch_(options.pids, options.process_names) {}

Status Run::load() {
    if (options_.messages.empty()) return Status::good();
    LOAM_TRY(messages_, load_messages(options_.messages));
    const bool by_lmtp = options_.scenario == Scenario::lmtp ||
                         (options_.scenario == Scenario::idle && options_.source == "lmtp");
    if (by_lmtp) {
        for (std::string& message : messages_)
            message = dot_stuffed(message);
    }
    return Status::good();
}

Status Run::ready() {
    if (++ready_ < workers_.size()) return Status::good();
    return begin();
}

Status Run::begin() {
    watch_.reset_peaks();
    traffic_before_ = total();
    before_ = watch_.sample();
    if (watch_.watches_anything() && before_.processes == 0)
        return fail(Errc::not_found, "none of the processes to watch is there");
    own_before_ = own_cpu_seconds();
    begun_ = Clock::now();
    for (const auto& worker : workers_)
        LOAM_TRY_STATUS(worker->go());
    return Status::good();
}

std::optional<std::size_t> Run::next_operation() {
    if (handed_out_ == options_.operations) return std::nullopt;
    return handed_out_++;
}

void Run::record(double elapsed_ms, std::size_t items) {
    times_ms_.push_back(elapsed_ms);
    items_ += items;
}

void Run::worker_done() {
    if (++done_ == workers_.size()) loop_.stop();
}

Result<nlohmann::json> Run::execute(std::vector<std::unique_ptr<Worker>> workers) {
    workers_ = std::move(workers);
    for (const auto& worker : workers_)
        LOAM_TRY_STATUS(worker->start());
    LOAM_TRY_STATUS(loop_.run(std::chrono::seconds(options_.quiet_seconds_max)));
    const double wall_seconds = elapsed_ms(begun_) / 1000;
    own_after_ = own_cpu_seconds();
    after_ = watch_.sample();  // connections, so their server processes, still live
    std::this_thread::sleep_for(std::chrono::duration<double>(options_.settle_seconds));
    settled_ = watch_.sample();
    return report(wall_seconds);
}

nlohmann::json Run::report(double wall_seconds) const {
    const std::size_t operations = times_ms_.size();
    const Traffic traffic = total();
    nlohmann::json report = {
        {"scenario", options_.scenario_name},
        {"connections", options_.connections},
        {"operations", operations},
        {"items", items_},
        {"wall_seconds", wall_seconds},
        {"operations_per_second", static_cast<double>(operations) / wall_seconds},
        {"items_per_second", static_cast<double>(items_) / wall_seconds},
        {"latency_ms", to_json(summarise(times_ms_))},
        {"sent_bytes", traffic.sent_bytes - traffic_before_.sent_bytes},
        {"received_bytes", traffic.received_bytes - traffic_before_.received_bytes},
        {"driver_cpu_seconds", own_after_ - own_before_},
    };
    if (options_.scenario == Scenario::search) report["found"] = found_;
    for (const auto& [part, times] : parts_)
        report["parts_ms"][part] = to_json(summarise(times));
    if (watch_.watches_anything()) report["server"] = server_report();
    return report;
}

nlohmann::json Run::server_report() const {
    const double cpu_seconds = after_.cpu_seconds - before_.cpu_seconds;
    const double settled_seconds = settled_.cpu_seconds - before_.cpu_seconds;
    return {{"cpu_seconds", cpu_seconds},
            {"cpu_us_per_operation", ratio(cpu_seconds * 1e6, times_ms_.size())},
            {"cpu_us_per_item", ratio(cpu_seconds * 1e6, items_)},
            {"settled_cpu_seconds", settled_seconds},
            {"settled_cpu_us_per_item", ratio(settled_seconds * 1e6, items_)},
            {"peak_rss_bytes", settled_.peak_rss_bytes},
            {"pss_bytes", after_.pss_bytes},
            {"processes", after_.processes}};
}

Traffic Run::total() const {
    Traffic sum;
    for (const auto& worker : workers_) {
        const Traffic one = worker->traffic();
        sum.sent_bytes += one.sent_bytes;
        sum.received_bytes += one.received_bytes;
    }
    return sum;
}

}  // namespace loam::load
