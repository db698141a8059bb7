#include "imapd/auth/password_cache.h"

#include "imapd/auth/crypto.h"

namespace loam::imap {

PasswordCache::PasswordCache() : key_(random_octets(kSha256Bytes)) {}

// Each part is hashed alone, so that no octet can wander from one into the next.
std::string PasswordCache::mac_of(std::string_view user, std::string_view secret,
                                  std::string_view password) const {
    return hmac_sha256(key_, sha256(user) + sha256(secret) + hmac_sha256(key_, password));
}

bool PasswordCache::knows(const std::string& user, std::string_view secret,
                          std::string_view password, io::Monotonic now) {
    const std::string mac = mac_of(user, secret, password);
    const std::lock_guard lock(mutex_);
    const auto found = users_.find(user);
    return found != users_.end() && now < found->second.until &&
           equal_in_constant_time(found->second.mac, mac);
}

void PasswordCache::remember(const std::string& user, std::string_view secret,
                             std::string_view password, io::Monotonic now) {
    Entry entry{.mac = mac_of(user, secret, password), .until = now + kRemembered};
    const std::lock_guard lock(mutex_);
    if (users_.size() >= kUsersMax && !users_.contains(user)) make_room(now);
    users_.insert_or_assign(user, std::move(entry));
}

// Who is forgotten too early pays one more PBKDF2.
void PasswordCache::make_room(io::Monotonic now) {
    std::erase_if(users_, [now](const auto& each) { return each.second.until <= now; });
    if (users_.size() >= kUsersMax) users_.erase(users_.begin());
}

}  // namespace loam::imap
