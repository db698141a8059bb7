#pragma once

#include <cstdint>
#include <string>

namespace loam::lmtp {

/// What is known when a message is taken over for one recipient.
struct Trace {
    std::string sender;     ///< without brackets; empty: the null path
    std::string recipient;  ///< likewise
    std::string client;     ///< its LHLO name
    std::string peer;       ///< its address
    std::string host;       ///< our name
    bool utf8 = false;      ///< RFC 6531 section 4.3: "with UTF8LMTP"
    bool secure = false;    ///< under TLS, RFC 3848: "with LMTPS", "with UTF8LMTPS"
    std::int64_t wall_us = 0;
};

/// Return-Path, Delivered-To and Received, whole lines with CRLF: RFC 5321 section 4.4. Control
/// characters are left out.
std::string trace_header(const Trace& trace);

}  // namespace loam::lmtp
