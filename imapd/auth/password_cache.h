#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/io/loop.h"

namespace loam::imap {

/// Passwords that verified a short while ago, so that the next login costs no PBKDF2. What is kept
/// is an HMAC under a key that only this process has, over the name, the stored secret and the
/// password: another secret makes it worthless. Thread: any.
class PasswordCache {
  public:
    static constexpr std::chrono::minutes kRemembered{10};  ///< since the password was verified
    static constexpr std::size_t kUsersMax = 10'000;

    PasswordCache();
    PasswordCache(const PasswordCache&) = delete;
    PasswordCache& operator=(const PasswordCache&) = delete;
    ~PasswordCache() = default;

    /// This password verified against this secret not long ago.
    bool knows(const std::string& user, std::string_view secret, std::string_view password,
               io::Monotonic now);
    /// The one that verified last counts.
    void remember(const std::string& user, std::string_view secret, std::string_view password,
                  io::Monotonic now);

  private:
    struct Entry {
        std::string mac;
        io::Monotonic until;
    };
    std::string mac_of(std::string_view user, std::string_view secret,
                       std::string_view password) const;
    void make_room(io::Monotonic now);

    const std::string key_;
    std::mutex mutex_;  // guards users_; held for a look into a table
    std::unordered_map<std::string, Entry> users_;
};

}  // namespace loam::imap
