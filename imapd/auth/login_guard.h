#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "engine/io/loop.h"
#include "imapd/auth/leaky_counter.h"

namespace loam::imap {

/// What the operator decides about guessing passwords.
struct LoginLimits {
    /// Failed logins of one address, and the time in which so many are forgotten. 0: no limit.
    std::uint32_t address_failures = 20;
    std::chrono::seconds address_window{600};
    /// Failed logins to one account in a window as long, from where they begin to cost time.
    std::uint32_t account_failures = 10;
    std::chrono::milliseconds account_delay{1000};  ///< for the first above; twice for the second
    std::chrono::milliseconds account_delay_max{10'000};
    bool count_loopback = false;  ///< by address, as all others
};

/// Counts failed logins. An address that fails too often is refused for a while. An account that
/// many fail to enter is never closed: attempts take longer, but not from an address from which
/// its owner came in before. Connections from this machine are not counted by address, since a
/// web mailer's users all come from there.
/// Thread: any.
class LoginGuard {
  public:
    static constexpr std::size_t kEntriesMax = 100'000;  ///< of each table

    explicit LoginGuard(LoginLimits limits) : limits_(limits) {}
    LoginGuard(const LoginGuard&) = delete;
    LoginGuard& operator=(const LoginGuard&) = delete;
    ~LoginGuard() = default;

    struct Attempt {
        std::string address;  ///< empty: not known
        std::string user;     ///< empty: likewise
    };
    struct Advice {
        bool refused = false;
        std::chrono::nanoseconds delay{0};  ///< before the password is looked at
    };
    Advice ask(const Attempt& attempt, io::Monotonic now);
    void failed(const Attempt& attempt, io::Monotonic now);
    void succeeded(const Attempt& attempt);

    /// Since the start.
    struct Counters {
        std::atomic<std::uint64_t> succeeded = 0;
        std::atomic<std::uint64_t> failed = 0;
        std::atomic<std::uint64_t> refused = 0;
        std::atomic<std::uint64_t> delayed = 0;
    };
    const Counters& counters() const { return counters_; }
    /// Addresses and accounts that are counted for.
    std::size_t entries();

  private:
    struct Table {
        std::unordered_map<std::string, LeakyCounter> counters;
        io::Monotonic swept{};  ///< of what is forgotten, when there was no room
    };
    bool counts(const std::string& address) const;
    std::chrono::nanoseconds period(std::uint32_t failures) const;
    void count(Table& table, const std::string& key, std::uint32_t limit, io::Monotonic now);

    const LoginLimits limits_;
    std::mutex mutex_;  // guards the tables; held for looks into them
    Table addresses_;
    Table accounts_;
    std::unordered_set<std::string> known_;  // "user address": came in before
    Counters counters_;
};

}  // namespace loam::imap
