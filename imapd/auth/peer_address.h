#pragma once

#include <string>
#include <string_view>

namespace loam::imap {

/// "192.0.2.1" of "192.0.2.1:49152", "2001:db8::1" of "[2001:db8::1]:49152"; anything else as it
/// is.
std::string address_of(std::string_view peer);
/// Whom failures and connections of that address are counted for: an IPv4 address alone, of IPv6
/// the first 64 bits, since whoever has one of those addresses has them all.
std::string network_of(std::string_view address);

}  // namespace loam::imap
