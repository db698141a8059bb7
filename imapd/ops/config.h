#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/store.h"
#include "engine/base/result.h"
#include "imapd/auth/token.h"
#include "imapd/lmtp/session.h"
#include "imapd/net/server.h"
#include "imapd/tls/config.h"

namespace loam::ops {

enum class LogFormat : std::uint8_t { text, json };

/// Everything that loamd's one file says. Every key, its meaning and default: docs/operations.md.
struct Config {
    StoreOptions store{.path = {}, .scrub_every = std::chrono::days(30)};
    std::size_t threads = 0;  ///< reactors; 0: one a core
    bool sync = true;         ///< false: nothing is durable, for benchmarks only
    std::vector<std::string> imap_listen{"127.0.0.1:1143"};
    std::vector<std::string> imap_listen_tls;  ///< TLS from the first octet on
    std::string metrics_listen;                ///< of this machine alone; empty: no metrics
    std::vector<std::string> lmtp_listen{"127.0.0.1:1124"};
    imap::ServerConfig imap;
    imap::LoginLimits login;
    lmtp::LmtpConfig lmtp;
    tls::TlsConfig tls;
    imap::TokenRules oauth;                 ///< its keys without their material
    std::vector<tls::TlsFile> oauth_files;  ///< which is in these
    std::string user;         ///< whom root becomes once the ports are open; empty: nobody else
    bool core_dumps = false;  ///< with everybody's mail in them
    std::string log_level = "info";
    LogFormat log_format = LogFormat::text;
};

/// Reads the file. Errors: invalid ("FILE:LINE: section.key: what is wrong"), not_found, io.
Result<Config> load_config(const std::string& path);
/// The same from text; `name` stands for the file in error texts.
Result<Config> parse_config(std::string_view text, const std::string& name);

}  // namespace loam::ops
