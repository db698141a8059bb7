#include "imapd/ops/config.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace loam::ops {

namespace {

/// Where a value goes. The setters name what they want; the reader adds file, line and key.
using Setter = Status (*)(const toml::node&, Config&);

struct Key {
    std::string_view section;
    std::string_view name;
    Setter set;
};

Result<std::string> text_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    return fail(Errc::invalid, "wants a string");
}

Result<std::uint64_t> number_of(const toml::node& node, std::uint64_t min, std::uint64_t max) {
    const auto* number = node.as_integer();
    if (number != nullptr && number->get() >= 0) {
        const auto value = static_cast<std::uint64_t>(number->get());
        if (value >= min && value <= max) return value;
    }
    return fail(Errc::invalid,
                "wants a whole number from " + std::to_string(min) + " to " + std::to_string(max));
}

Result<std::vector<std::string>> texts_of(const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr) return fail(Errc::invalid, "wants a list of strings");
    std::vector<std::string> texts;
    for (const toml::node& item : *list) {
        LOAM_TRY(std::string text, text_of(item));
        texts.push_back(std::move(text));
    }
    return texts;
}

/// "host:port" or "unix:/path". What the name means is found out when it is opened.
Result<std::vector<std::string>> addresses_of(const toml::node& node) {
    LOAM_TRY(std::vector<std::string> addresses, texts_of(node));
    for (const std::string& address : addresses) {
        const bool plausible =
            address.starts_with("unix:/") || address.find(':') != std::string::npos;
        if (!plausible)
            return fail(Errc::invalid,
                        "wants \"address:port\" or \"unix:/path\", not \"" + address + "\"");
    }
    return addresses;
}

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

Status set_literal_plus(const toml::node& node, Config& config) {
    const auto* value = node.as_boolean();
    if (value == nullptr) return fail(Errc::invalid, "wants true or false");
    config.imap.session.literal_plus = value->get();
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

Status set_message_bytes(const toml::node& node, Config& config) {
    LOAM_TRY(config.store.message_bytes_max, number_of(node, 1U << 16, kMessageBytesMax));
    return {};
}

Status set_connections(const toml::node& node, Config& config) {
    LOAM_TRY(config.imap.connections_max, number_of(node, 1, 1'000'000));
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

/// Where a file is named, so that an error about the file can say so later.
Result<tls::TlsFile> file_of(const toml::node& node, const std::string& key) {
    LOAM_TRY(std::string path, text_of(node));
    if (path.empty()) return fail(Errc::invalid, "wants a file");
    const toml::source_region& where = node.source();
    return tls::TlsFile{.path = std::move(path),
                        .where = *where.path + ":" + std::to_string(where.begin.line) + ": " + key};
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

constexpr std::array<Key, 23> kKeys{{
    {"store", "path", set_path},
    {"store", "threads", set_threads},
    {"store", "sync", set_sync},
    {"store", "cache_mib", set_cache},
    {"store", "erase_after_hours", set_erase_hours},
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
    {"limits", "message_bytes", set_message_bytes},
    {"limits", "connections", set_connections},
    {"limits", "recipients", set_recipients},
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

/// A key that makes sense only beside another one: section, name, the other's name in [tls].
struct Needs {
    std::string_view section;
    std::string_view name;
    std::string_view other;
};
constexpr std::array<Needs, 8> kNeeds{{
    {"tls", "certificate", "key"},
    {"tls", "key", "certificate"},
    {"tls", "additional", "certificate"},
    {"tls", "client_ca", "client_certificates"},
    {"tls", "client_ca", "certificate"},
    {"tls", "client_certificates", "client_ca"},
    {"tls", "min_version", "certificate"},
    {"imap", "listen_tls", "certificate"},
}};

Status check_needs(const toml::table& root, const std::string& file) {
    for (const Needs& needs : kNeeds) {
        const auto found = root[needs.section][needs.name];
        if (!found || root["tls"][needs.other]) continue;
        return at_line(file, found.node()->source(),
                       std::string(needs.section) + "." + std::string(needs.name) + ": wants tls." +
                           std::string(needs.other) + " too");
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
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (file.bad()) return fail(Errc::io, path + ": cannot be read");
    return parse_config(text, path);
}

}  // namespace loam::ops
