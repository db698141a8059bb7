#include "imapd/auth/login_guard.h"

#include <algorithm>

#include "imapd/auth/peer_address.h"

namespace loam::imap {
namespace {

// A table that is full is looked through for what is forgotten no more often than this.
constexpr std::chrono::seconds kSweepEvery{1};

std::string place_of(const LoginGuard::Attempt& attempt) {
    return attempt.user + ' ' + network_of(attempt.address);
}

}  // namespace

bool LoginGuard::counts(const std::string& address) const {
    if (limits_.address_failures == 0 || address.empty() || address == "unix") return false;
    return limits_.count_loopback || !(address.starts_with("127.") || address == "::1");
}

// In which one failure is forgotten.
std::chrono::nanoseconds LoginGuard::period(std::uint32_t failures) const {
    return std::chrono::nanoseconds(limits_.address_window) / std::max(failures, 1U);
}

void LoginGuard::count(Table& table, const std::string& key, std::uint32_t limit,
                       io::Monotonic now) {
    if (limit == 0) return;
    const auto each = period(limit);
    auto& counters = table.counters;
    if (counters.size() >= kEntriesMax && !counters.contains(key)) {
        if (now - table.swept >= kSweepEvery) {
            table.swept = now;
            std::erase_if(counters,
                          [&](const auto& entry) { return entry.second.level(now, each) <= 0; });
        }
        if (counters.size() >= kEntriesMax) counters.erase(counters.begin());
    }
    counters[key].add(now, each);
}

std::size_t LoginGuard::entries() {
    const std::lock_guard lock(mutex_);
    return addresses_.counters.size() + accounts_.counters.size();
}

LoginGuard::Advice LoginGuard::ask(const Attempt& attempt, io::Monotonic now) {
    const std::lock_guard lock(mutex_);
    if (counts(attempt.address)) {
        const auto found = addresses_.counters.find(network_of(attempt.address));
        const double most = limits_.address_failures;
        if (found != addresses_.counters.end() &&
            found->second.level(now, period(limits_.address_failures)) > most - 1) {
            ++counters_.refused;
            return {.refused = true};
        }
    }
    const auto account = accounts_.counters.find(attempt.user);
    if (account == accounts_.counters.end() || known_.contains(place_of(attempt))) return {};
    // The account's next failure but `limit` free ones costs one delay, and so on.
    const double above =
        account->second.level(now, period(limits_.account_failures)) - limits_.account_failures + 1;
    if (above < 1) return {};
    ++counters_.delayed;
    const std::chrono::duration<double, std::nano> delay = limits_.account_delay * above;
    return {.refused = false,
            .delay = std::min<std::chrono::nanoseconds>(
                std::chrono::duration_cast<std::chrono::nanoseconds>(delay),
                limits_.account_delay_max)};
}

void LoginGuard::failed(const Attempt& attempt, io::Monotonic now) {
    ++counters_.failed;
    const std::lock_guard lock(mutex_);
    if (counts(attempt.address)) {
        count(addresses_, network_of(attempt.address), limits_.address_failures, now);
    }
    if (!attempt.user.empty()) count(accounts_, attempt.user, limits_.account_failures, now);
}

void LoginGuard::succeeded(const Attempt& attempt) {
    ++counters_.succeeded;
    const std::lock_guard lock(mutex_);
    if (known_.size() >= kEntriesMax) known_.erase(known_.begin());
    known_.insert(place_of(attempt));
}

}  // namespace loam::imap
