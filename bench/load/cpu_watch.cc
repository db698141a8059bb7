#include "bench/load/cpu_watch.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>
#include <unistd.h>

namespace loam::load {

namespace {

struct ProcessStat {
    std::string name;
    pid_t parent = 0;
    double reaped_seconds = 0;
};

std::string proc(pid_t pid, const char* file) {
    return "/proc/" + std::to_string(pid) + "/" + file;
}

/// proc(5), /proc/pid/stat: the name stands in parentheses and may hold anything, so count from the
/// last one.
std::optional<ProcessStat> read_stat(pid_t pid) {
    std::ifstream in(proc(pid, "stat"));
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const std::size_t open = text.find('(');
    const std::size_t close = text.rfind(')');
    if (open == std::string::npos || close == std::string::npos) return std::nullopt;
    std::istringstream fields(text.substr(close + 1));
    std::vector<std::string> words;
    for (std::string word; fields >> word;)
        words.push_back(word);
    if (words.size() < 15) return std::nullopt;
    const double ticks_a_second = static_cast<double>(sysconf(_SC_CLK_TCK));
    return ProcessStat{
        .name = text.substr(open + 1, close - open - 1),
        .parent = std::stoi(words[1]),
        .reaped_seconds = (std::stod(words[13]) + std::stod(words[14])) / ticks_a_second};
}

/// The process's CPU clock counts nanoseconds, where /proc counts ticks.
double cpu_seconds_of(pid_t pid) {
    clockid_t clock{};
    timespec time{};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// The octets of a line such as `VmHWM:   1234 kB`; 0 when there is none.
std::uint64_t kilobytes_line(const std::string& file, const std::string& key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(key + ":")) continue;
        std::istringstream value(line.substr(key.size() + 1));
        std::uint64_t kilobytes = 0;
        value >> kilobytes;
        return kilobytes * 1024;
    }
    return 0;
}

std::map<pid_t, ProcessStat> all_processes() {
    std::map<pid_t, ProcessStat> found;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", failed)) {
        const std::string name = entry.path().filename();
        pid_t pid = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (error != std::errc{} || end != name.data() + name.size()) continue;
        if (auto stat = read_stat(pid)) found.emplace(pid, *std::move(stat));
    }
    return found;
}

}  // namespace

std::vector<pid_t> CpuWatch::members() const {
    const std::map<pid_t, ProcessStat> all = all_processes();
    std::vector<pid_t> members;
    for (const auto& [pid, stat] : all) {
        bool is_ours = std::ranges::find(names_, stat.name) != names_.end();
        for (auto at = all.find(pid); !is_ours && at != all.end(); at = all.find(at->second.parent))
            is_ours = std::ranges::find(roots_, at->first) != roots_.end();
        if (is_ours) members.push_back(pid);
    }
    return members;
}

Usage CpuWatch::sample() const {
    Usage usage;
    for (const pid_t pid : members()) {
        const auto stat = read_stat(pid);
        if (!stat) continue;
        ++usage.processes;
        usage.cpu_seconds += cpu_seconds_of(pid) + stat->reaped_seconds;
        usage.peak_rss_bytes += kilobytes_line(proc(pid, "status"), "VmHWM");
        usage.pss_bytes += kilobytes_line(proc(pid, "smaps_rollup"), "Pss");
    }
    return usage;
}

void CpuWatch::reset_peaks() const {
    for (const pid_t pid : members())
        std::ofstream(proc(pid, "clear_refs")) << "5";
}

double own_cpu_seconds() {
    return cpu_seconds_of(getpid());
}

}  // namespace loam::load
