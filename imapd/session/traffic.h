#pragma once

#include <atomic>
#include <cstdint>

namespace loam::imap {

/// What happened to the IMAP connections of the process since it started. Thread: any.
struct Traffic {
    using Counter = std::atomic<std::uint64_t>;
    Counter taken_clear = 0;         ///< connections that began in clear
    Counter taken_tls = 0;           ///< with TLS
    Counter refused_full = 0;        ///< too many were open
    Counter refused_address = 0;     ///< too many of that address were
    Counter handshakes = 0;          ///< of TLS, that succeeded
    Counter handshakes_failed = 0;   ///< and that did not
    Counter sessions_refused = 0;    ///< too many of that account were open
    Counter commands_held_back = 0;  ///< of clients that asked faster than they may
    Counter over_quota = 0;          ///< commands answered [OVERQUOTA]
    Counter octets_in = 0;           ///< below compression, without TLS's own
    Counter octets_out = 0;
};

}  // namespace loam::imap
