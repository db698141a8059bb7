#include "imapd/ops/config.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <type_traits>

#include "engine/io/address.h"
#include "imapd/ops/config_values.h"

namespace loam::ops {

namespace {

constexpr std::size_t kFileBytesMax = 1U << 20;

/// Where a value goes. The setters name what they want; the reader adds file, line and key.
using Setter = Status (*)(const toml::node&, Config&);

struct Key {
    std::string_view section;
    std::string_view name;
    Setter set;
};

Status set_threads(const toml::node& node, Config& config) {
    LOAM_TRY(config.threads, number_of(node, 0, 255));
    return {};
}

Status set_sync(const toml::node& node, Config& config) {
    LOAM_TRY(const std::string mode, text_of(node));
    if (mode != "auto" && mode != "off") return fail(Errc::invalid, "wants \"auto\" or \"off\"");
    config.sync = mode == "auto";
    return {};
}

Status set_plaintext(const toml::node& node, Config& config) {
    LOAM_TRY(const std::string policy, text_of(node));
    imap::PlaintextPolicy& plaintext = config.imap.session.plaintext;
    if (policy == "tls") {
        plaintext = imap::PlaintextPolicy::tls;
    } else if (policy == "loopback") {
        plaintext = imap::PlaintextPolicy::loopback;
    } else if (policy == "never") {
        plaintext = imap::PlaintextPolicy::never;
    } else {
        return fail(Errc::invalid, "wants \"tls\", \"loopback\" or \"never\"");
    }
    return {};
}

Status set_certificate_user(const toml::node& node, Config& config) {
    using enum imap::CertificateUser;
    LOAM_TRY(const std::string which, text_of(node));
    if (which != "none" && which != "common_name" && which != "email")
        return fail(Errc::invalid, "wants \"none\", \"common_name\" or \"email\"");
    config.imap.session.certificate_user =
        which == "none" ? none : (which == "email" ? email : common_name);
    return {};
}

Status set_literal_plus(const toml::node& node, Config& config) {
    LOAM_TRY(config.imap.session.literal_plus, flag_of(node));
    return {};
}

Status set_log_level(const toml::node& node, Config& config) {
    static constexpr std::array<std::string_view, 6> kLevels{"trace", "debug", "info",
                                                             "warn",  "error", "off"};
    LOAM_TRY(config.log_level, text_of(node));
    if (std::ranges::find(kLevels, config.log_level) != kLevels.end()) return {};
    return fail(Errc::invalid, "wants trace, debug, info, warn, error or off");
}

Status set_log_format(const toml::node& node, Config& config) {
    LOAM_TRY(const std::string format, text_of(node));
    if (format != "text" && format != "json")
        return fail(Errc::invalid, "wants \"text\" or \"json\"");
    config.log_format = format == "json" ? LogFormat::json : LogFormat::text;
    return {};
}

Status set_path(const toml::node& node, Config& config) {
    LOAM_TRY(config.store.path, text_of(node));
    if (config.store.path.empty()) return fail(Errc::invalid, "wants a directory");
    return {};
}

template <auto Target>
Status set_addresses(const toml::node& node, Config& config) {
    LOAM_TRY(config.*Target, addresses_of(node));
    return {};
}

Status set_cache(const toml::node& node, Config& config) {
    LOAM_TRY(const std::uint64_t mebibytes, number_of(node, 8, 1U << 20));
    config.store.cache_bytes = mebibytes << 20;
    return {};
}

Status set_erase_hours(const toml::node& node, Config& config) {
    LOAM_TRY(const std::uint64_t hours, number_of(node, 0, 24 * 365));
    config.store.erase_after = std::chrono::hours(hours);
    return {};
}

Status set_collect_minutes(const toml::node& node, Config& config) {
    LOAM_TRY(const std::uint64_t minutes, number_of(node, 0, 60 * 24 * 7));
    config.store.collect_every = std::chrono::minutes(minutes);
    return {};
}

Status set_scrub_days(const toml::node& node, Config& config) {
    LOAM_TRY(const std::uint64_t days, number_of(node, 0, 3650));
    config.store.scrub_every = std::chrono::days(days);
    return {};
}

Status set_scrub_rate(const toml::node& node, Config& config) {
    LOAM_TRY(config.store.scrub_bytes_per_second, number_of(node, 1U << 16, 1ULL << 40));
    return {};
}

Status set_expunge_history(const toml::node& node, Config& config) {
    LOAM_TRY(config.store.expunge_history, number_of(node, 1000, 1'000'000'000));
    return {};
}

Status set_message_bytes(const toml::node& node, Config& config) {
    LOAM_TRY(config.store.message_bytes_max, number_of(node, 1U << 16, kMessageBytesMax));
    return {};
}

Status set_connections(const toml::node& node, Config& config) {
    LOAM_TRY(config.imap.connections_max, number_of(node, 1, 1'000'000));
    return {};
}

template <auto Target>
Status set_count(const toml::node& node, Config& config) {
    LOAM_TRY(const std::uint64_t count, number_of(node, 0, 1'000'000));
    using Count = std::remove_reference_t<decltype(Target(config))>;
    Target(config) = static_cast<Count>(count);
    return {};
}

std::size_t& per_address(Config& config) {
    return config.imap.connections_per_address;
}
std::size_t& per_account(Config& config) {
    return config.imap.session.sessions_per_account;
}
std::uint32_t& commands_per_second(Config& config) {
    return config.imap.session.commands_per_second;
}
std::uint32_t& failures_per_address(Config& config) {
    return config.login.address_failures;
}
std::uint32_t& failures_per_account(Config& config) {
    return config.login.account_failures;
}

Status set_failure_window(const toml::node& node, Config& config) {
    LOAM_TRY(const std::uint64_t seconds, number_of(node, 1, 86'400));
    config.login.address_window = std::chrono::seconds(seconds);
    return {};
}

Status set_count_loopback(const toml::node& node, Config& config) {
    LOAM_TRY(config.imap.count_loopback, flag_of(node));
    config.login.count_loopback = config.imap.count_loopback;
    return {};
}

Status set_user(const toml::node& node, Config& config) {
    LOAM_TRY(config.user, text_of(node));
    if (config.user.empty()) return fail(Errc::invalid, "wants a user of this machine");
    return {};
}

Status set_core_dumps(const toml::node& node, Config& config) {
    LOAM_TRY(config.core_dumps, flag_of(node));
    return {};
}

/// Whoever may scrape needs no password, so nobody from elsewhere gets there.
Status set_metrics(const toml::node& node, Config& config) {
    LOAM_TRY(config.metrics_listen, text_of(node));
    const auto address = io::parse_address(config.metrics_listen);
    if (!address || address->family() == AF_UNIX || !io::is_loopback(*address))
        return fail(Errc::invalid, "wants \"127.0.0.1:port\" or \"[::1]:port\"");
    return {};
}

Status set_recipients(const toml::node& node, Config& config) {
    LOAM_TRY(config.lmtp.recipients_max, number_of(node, 1, 10'000));
    return {};
}

Status set_domains(const toml::node& node, Config& config) {
    LOAM_TRY(config.lmtp.domains, texts_of(node));
    return {};
}

Status set_host(const toml::node& node, Config& config) {
    LOAM_TRY(config.lmtp.host, text_of(node));
    const bool word =
        !config.lmtp.host.empty() && config.lmtp.host.find_first_of(" \t\r\n") == std::string::npos;
    if (!word) return fail(Errc::invalid, "wants a host name");
    return {};
}

template <auto Member>
Status set_identity_file(const toml::node& node, Config& config) {
    const bool certificate = Member == &tls::TlsIdentity::certificate;
    LOAM_TRY(config.tls.identity.*Member,
             file_of(node, certificate ? "tls.certificate" : "tls.key"));
    return {};
}

/// [[tls.additional]]: a table for each further certificate.
Status set_additional(const toml::node& node, Config& config) {
    const Error shape = fail(Errc::invalid, "wants tables of certificate and key");
    const auto* list = node.as_array();
    if (list == nullptr) return shape;
    for (const toml::node& item : *list) {
        const toml::table* table = item.as_table();
        if (table == nullptr || table->size() != 2) return shape;
        const toml::node* certificate = table->get("certificate");
        const toml::node* key = table->get("key");
        if (certificate == nullptr || key == nullptr) return shape;
        tls::TlsIdentity identity;
        LOAM_TRY(identity.certificate, file_of(*certificate, "tls.additional.certificate"));
        LOAM_TRY(identity.key, file_of(*key, "tls.additional.key"));
        config.tls.additional.push_back(std::move(identity));
    }
    return {};
}

Status set_client_ca(const toml::node& node, Config& config) {
    LOAM_TRY(config.tls.client_ca, file_of(node, "tls.client_ca"));
    return {};
}

Status set_client_certificates(const toml::node& node, Config& config) {
    using enum tls::ClientCertificates;
    LOAM_TRY(const std::string mode, text_of(node));
    if (mode != "none" && mode != "optional" && mode != "required")
        return fail(Errc::invalid, "wants \"none\", \"optional\" or \"required\"");
    config.tls.client_certificates =
        mode == "none" ? none : (mode == "optional" ? optional : required);
    return {};
}

Status set_min_version(const toml::node& node, Config& config) {
    LOAM_TRY(const std::string version, text_of(node));
    if (version != "1.2" && version != "1.3")
        return fail(Errc::invalid, "wants \"1.2\" or \"1.3\"");
    config.tls.min_version = version == "1.3" ? tls::TlsVersion::tls13 : tls::TlsVersion::tls12;
    return {};
}

template <auto Member>
Status set_oauth_text(const toml::node& node, Config& config) {
    LOAM_TRY(config.oauth.*Member, text_of(node));
    if ((config.oauth.*Member).empty()) return fail(Errc::invalid, "wants more than nothing");
    return {};
}

Result<imap::TokenAlgorithm> algorithm_of(const toml::node& node) {
    LOAM_TRY(const std::string name, text_of(node));
    if (name == "RS256") return imap::TokenAlgorithm::rs256;
    if (name == "ES256") return imap::TokenAlgorithm::es256;
    if (name == "HS256") return imap::TokenAlgorithm::hs256;
    return fail(Errc::invalid, "wants algorithm \"RS256\", \"ES256\" or \"HS256\"");
}

Status set_key_id(const toml::node& node, imap::TokenKey& key) {
    LOAM_TRY(key.id, text_of(node));
    return {};
}

/// [[oauth.keys]]: a table for each key.
Status set_oauth_keys(const toml::node& node, Config& config) {
    const Error shape = fail(Errc::invalid, "wants tables of algorithm, file and perhaps id");
    const auto* list = node.as_array();
    if (list == nullptr || list->empty()) return shape;
    for (const toml::node& item : *list) {
        const toml::table* table = item.as_table();
        if (table == nullptr) return shape;
        const toml::node* algorithm = table->get("algorithm");
        const toml::node* file = table->get("file");
        const toml::node* id = table->get("id");
        const std::size_t known = id == nullptr ? 2 : 3;
        if (algorithm == nullptr || file == nullptr || table->size() != known) return shape;
        imap::TokenKey key;
        if (id != nullptr) LOAM_TRY_STATUS(set_key_id(*id, key));
        LOAM_TRY(key.algorithm, algorithm_of(*algorithm));
        LOAM_TRY(tls::TlsFile named, file_of(*file, "oauth.keys.file"));
        config.oauth.keys.push_back(std::move(key));
        config.oauth_files.push_back(std::move(named));
    }
    return {};
}

constexpr std::array<Key, 43> kKeys{{
    {"store", "path", set_path},
    {"store", "threads", set_threads},
    {"store", "sync", set_sync},
    {"store", "cache_mib", set_cache},
    {"store", "erase_after_hours", set_erase_hours},
    {"store", "collect_every_minutes", set_collect_minutes},
    {"store", "scrub_every_days", set_scrub_days},
    {"store", "scrub_bytes_per_second", set_scrub_rate},
    {"store", "expunge_history", set_expunge_history},
    {"imap", "listen", set_addresses<&Config::imap_listen>},
    {"imap", "listen_tls", set_addresses<&Config::imap_listen_tls>},
    {"imap", "literal_plus", set_literal_plus},
    {"lmtp", "listen", set_addresses<&Config::lmtp_listen>},
    {"lmtp", "domains", set_domains},
    {"lmtp", "host", set_host},
    {"tls", "certificate", set_identity_file<&tls::TlsIdentity::certificate>},
    {"tls", "key", set_identity_file<&tls::TlsIdentity::key>},
    {"tls", "additional", set_additional},
    {"tls", "client_ca", set_client_ca},
    {"tls", "client_certificates", set_client_certificates},
    {"tls", "min_version", set_min_version},
    {"auth", "plaintext", set_plaintext},
    {"auth", "certificate_user", set_certificate_user},
    {"oauth", "issuer", set_oauth_text<&imap::TokenRules::issuer>},
    {"oauth", "audience", set_oauth_text<&imap::TokenRules::audience>},
    {"oauth", "scope", set_oauth_text<&imap::TokenRules::scope>},
    {"oauth", "user_claim", set_oauth_text<&imap::TokenRules::user_claim>},
    {"oauth", "keys", set_oauth_keys},
    {"limits", "message_bytes", set_message_bytes},
    {"limits", "connections", set_connections},
    {"limits", "connections_per_address", set_count<per_address>},
    {"limits", "connections_per_account", set_count<per_account>},
    {"limits", "commands_per_second", set_count<commands_per_second>},
    {"limits", "failed_logins_per_address", set_count<failures_per_address>},
    {"limits", "failed_logins_per_account", set_count<failures_per_account>},
    {"limits", "failed_logins_window_s", set_failure_window},
    {"limits", "count_loopback", set_count_loopback},
    {"limits", "recipients", set_recipients},
    {"metrics", "listen", set_metrics},
    {"process", "user", set_user},
    {"process", "core_dumps", set_core_dumps},
    {"log", "level", set_log_level},
    {"log", "format", set_log_format},
}};

Error at_line(const std::string& file, const toml::source_region& where, const std::string& what) {
    return fail(Errc::invalid, file + ":" + std::to_string(where.begin.line) + ": " + what);
}

Status read_section(std::string_view section, const toml::table& table, const std::string& file,
                    Config& config) {
    for (const auto& [key, node] : table) {
        const std::string name = std::string(section) + "." + std::string(key.str());
        const auto* known = std::ranges::find_if(kKeys, [&](const Key& candidate) {
            return candidate.section == section && candidate.name == key.str();
        });
        if (known == kKeys.end()) return at_line(file, key.source(), name + ": unknown key");
        if (const Status set = known->set(node, config); !set) {
            return at_line(file, node.source(), name + ": " + set.error().what);
        }
    }
    return {};
}

/// A key that makes sense only beside another one: section, name, the other's name, which stands in
/// [oauth] for a key of [oauth] and else in [tls].
struct Needs {
    std::string_view section;
    std::string_view name;
    std::string_view other;
};
constexpr std::array<Needs, 15> kNeeds{{
    {"tls", "certificate", "key"},
    {"tls", "key", "certificate"},
    {"tls", "additional", "certificate"},
    {"tls", "client_ca", "client_certificates"},
    {"tls", "client_ca", "certificate"},
    {"tls", "client_certificates", "client_ca"},
    {"tls", "min_version", "certificate"},
    {"imap", "listen_tls", "certificate"},
    {"auth", "certificate_user", "client_certificates"},
    {"oauth", "issuer", "keys"},
    {"oauth", "audience", "keys"},
    {"oauth", "scope", "keys"},
    {"oauth", "user_claim", "keys"},
    {"oauth", "keys", "issuer"},
    {"oauth", "keys", "audience"},
}};

Status check_needs(const toml::table& root, const std::string& file) {
    for (const Needs& needs : kNeeds) {
        const auto found = root[needs.section][needs.name];
        const std::string there(needs.section == "oauth" ? "oauth" : "tls");
        if (!found || root[there][needs.other]) continue;
        return at_line(file, found.node()->source(),
                       std::string(needs.section) + "." + std::string(needs.name) + ": wants " +
                           there + "." + std::string(needs.other) + " too");
    }
    return {};
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& name) {
    const toml::parse_result parsed = toml::parse(text, name);
    if (!parsed)
        return at_line(name, parsed.error().source(), std::string(parsed.error().description()));
    Config config;
    for (const auto& [key, node] : parsed.table()) {
        const bool known = std::ranges::any_of(
            kKeys, [&](const Key& entry) { return entry.section == key.str(); });
        if (!known)
            return at_line(name, key.source(), std::string(key.str()) + ": unknown section");
        const toml::table* table = node.as_table();
        if (table == nullptr)
            return at_line(name, node.source(), std::string(key.str()) + ": is a section");
        LOAM_TRY_STATUS(read_section(key.str(), *table, name, config));
    }
    LOAM_TRY_STATUS(check_needs(parsed.table(), name));
    if (config.tls.enabled() && !parsed["imap"]["listen_tls"])
        config.imap_listen_tls = {"127.0.0.1:1993"};
    if (config.store.path.empty()) return fail(Errc::invalid, name + ": store.path: is missing");
    return config;
}

Result<Config> load_config(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(Errc::not_found, path + ": " + std::strerror(errno));
    std::string text(kFileBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (file.bad()) return fail(Errc::io, path + ": cannot be read");
    if (text.size() > kFileBytesMax)
        return fail(Errc::invalid, path + ": is larger than a configuration can be");
    return parse_config(text, path);
}

}  // namespace loam::ops
