// loamd's file: docs/operations.md. Errors name file, line and key.
#include "imapd/ops/config.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace loam::ops {
namespace {

constexpr std::string_view kStore = "[store]\npath = \"/s\"\n";

Result<Config> parse(std::string_view text) {
    return parse_config(text, "F");
}
Config good(std::string_view text) {
    auto parsed = parse(std::string(kStore) + std::string(text));
    EXPECT_TRUE(parsed) << text << "\n" << parsed.error().what;
    return parsed ? *std::move(parsed) : Config();
}

TEST(Config, OnlyThePathIsNeeded) {
    const Config config = good("");
    EXPECT_EQ(config.store.path, "/s");
    EXPECT_EQ(config.threads, 0U);
    EXPECT_TRUE(config.sync);
    EXPECT_EQ(config.store.cache_bytes, 256U << 20);
    EXPECT_EQ(config.store.erase_after, std::chrono::hours(24));
    EXPECT_EQ(config.store.scrub_every, std::chrono::days(30));
    EXPECT_EQ(config.store.scrub_bytes_per_second, 8U << 20);
    EXPECT_EQ(config.store.message_bytes_max, 256U << 20);
    EXPECT_EQ(config.imap_listen, std::vector<std::string>{"127.0.0.1:1143"});
    EXPECT_TRUE(config.imap_listen_tls.empty());
    EXPECT_EQ(config.lmtp_listen, std::vector<std::string>{"127.0.0.1:1124"});
    EXPECT_TRUE(config.lmtp.domains.empty());
    EXPECT_EQ(config.lmtp.host, "localhost");
    EXPECT_EQ(config.lmtp.recipients_max, 100U);
    EXPECT_EQ(config.imap.connections_max, 10'000U);
    EXPECT_EQ(config.imap.session.plaintext, imap::PlaintextPolicy::tls);
    EXPECT_FALSE(config.tls.enabled());
    EXPECT_EQ(config.log_level, "info");
    EXPECT_EQ(config.log_format, LogFormat::text);
}

TEST(Config, StoreAndProtocolsAreTaken) {
    const Config config = good(
        "threads = 3\nsync = \"off\"\ncache_mib = 8\nerase_after_hours = 0\n"
        "scrub_every_days = 0\nscrub_bytes_per_second = 65536\n"
        "[imap]\nlisten = [\"[::1]:143\", \"unix:/run/imap\"]\n"
        "[lmtp]\nlisten = []\ndomains = [\"a\", \"b\"]\nhost = \"mx\"\n"
        "[auth]\nplaintext = \"loopback\"\n"
        "[limits]\nmessage_bytes = 65536\nconnections = 1\nrecipients = 10000\n"
        "[log]\nlevel = \"off\"\nformat = \"json\"\n");
    EXPECT_EQ(config.threads, 3U);
    EXPECT_FALSE(config.sync);
    EXPECT_EQ(config.store.cache_bytes, 8U << 20);
    EXPECT_EQ(config.store.erase_after, std::chrono::hours(0));
    EXPECT_EQ(config.store.scrub_every, std::chrono::days(0));
    EXPECT_EQ(config.store.scrub_bytes_per_second, 65536U);
    EXPECT_EQ(config.imap_listen, (std::vector<std::string>{"[::1]:143", "unix:/run/imap"}));
    EXPECT_TRUE(config.lmtp_listen.empty());
    EXPECT_EQ(config.lmtp.domains, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(config.lmtp.host, "mx");
    EXPECT_EQ(config.imap.session.plaintext, imap::PlaintextPolicy::loopback);
    EXPECT_EQ(config.store.message_bytes_max, 65536U);
    EXPECT_EQ(config.imap.connections_max, 1U);
    EXPECT_EQ(config.lmtp.recipients_max, 10'000U);
    EXPECT_EQ(config.log_level, "off");
    EXPECT_EQ(config.log_format, LogFormat::json);
}

TEST(Config, TlsHasAPortOfItsOwn) {
    const Config plain = good("[tls]\ncertificate = \"c\"\nkey = \"k\"\n");
    EXPECT_TRUE(plain.tls.enabled());
    EXPECT_EQ(plain.imap_listen_tls, std::vector<std::string>{"127.0.0.1:1993"});
    EXPECT_EQ(plain.tls.identity.certificate.path, "c");
    EXPECT_EQ(plain.tls.identity.key.where, "F:5: tls.key");
    const Config full = good(
        "[imap]\nlisten_tls = [\"h:1\"]\n"
        "[tls]\ncertificate = \"c\"\nkey = \"k\"\nclient_ca = \"a\"\n"
        "client_certificates = \"required\"\nmin_version = \"1.3\"\n"
        "[[tls.additional]]\ncertificate = \"c2\"\nkey = \"k2\"\n");
    EXPECT_EQ(full.imap_listen_tls, std::vector<std::string>{"h:1"});
    EXPECT_EQ(full.tls.client_certificates, tls::ClientCertificates::required);
    EXPECT_EQ(full.tls.min_version, tls::TlsVersion::tls13);
    ASSERT_EQ(full.tls.additional.size(), 1U);
    EXPECT_EQ(full.tls.additional[0].key.path, "k2");
}

TEST(Config, LimitsAreTaken) {
    const Config config = good(
        "[imap]\nliteral_plus = true\n"
        "[limits]\nconnections_per_address = 0\nconnections_per_account = 7\n"
        "commands_per_second = 50\nfailed_logins_per_address = 3\n"
        "failed_logins_per_account = 4\nfailed_logins_window_s = 60\ncount_loopback = true\n"
        "[process]\nuser = \"loam\"\ncore_dumps = true\n");
    EXPECT_TRUE(config.imap.session.literal_plus);
    EXPECT_EQ(config.imap.connections_per_address, 0U);
    EXPECT_EQ(config.imap.session.sessions_per_account, 7U);
    EXPECT_EQ(config.imap.session.commands_per_second, 50U);
    EXPECT_EQ(config.login.address_failures, 3U);
    EXPECT_EQ(config.login.account_failures, 4U);
    EXPECT_EQ(config.login.address_window, std::chrono::seconds(60));
    EXPECT_TRUE(config.login.count_loopback);
    EXPECT_TRUE(config.imap.count_loopback);
    EXPECT_EQ(config.user, "loam");
    EXPECT_TRUE(config.core_dumps);
}

TEST(Config, TokensAreVerifiedByTheKeysNamed) {
    const Config config = good(
        "[oauth]\nissuer = \"i\"\naudience = \"a\"\nscope = \"mail\"\nuser_claim = \"email\"\n"
        "[[oauth.keys]]\nalgorithm = \"RS256\"\nfile = \"one.pem\"\n"
        "[[oauth.keys]]\nalgorithm = \"HS256\"\nfile = \"two\"\nid = \"k2\"\n");
    EXPECT_EQ(config.oauth.issuer, "i");
    EXPECT_EQ(config.oauth.audience, "a");
    EXPECT_EQ(config.oauth.scope, "mail");
    EXPECT_EQ(config.oauth.user_claim, "email");
    ASSERT_EQ(config.oauth.keys.size(), 2U);
    EXPECT_EQ(config.oauth.keys[0].algorithm, imap::TokenAlgorithm::rs256);
    EXPECT_EQ(config.oauth.keys[1].algorithm, imap::TokenAlgorithm::hs256);
    EXPECT_EQ(config.oauth.keys[1].id, "k2");
    ASSERT_EQ(config.oauth_files.size(), 2U);
    EXPECT_EQ(config.oauth_files[0].path, "one.pem");
    EXPECT_EQ(config.oauth_files[1].path, "two");
}

struct Refusal {
    const char* why;
    std::string_view text;  ///< behind two lines that are good
    std::string_view want;
};

constexpr Refusal kRefusals[] = {
    {"a section nobody knows", "[smtp]\n", "F:3: smtp: unknown section"},
    {"a key nobody knows", "pathh = 1\n", "F:3: store.pathh: unknown key"},
    {"a known key in another section", "[log]\npath = \"x\"\n", "F:4: log.path: unknown key"},
    {"a key above all sections is none", "[imap]\n[imap.listen]\n",
     "F:4: imap.listen: wants a list of strings"},
    {"a number is no string", "sync = 1\n", "F:3: store.sync: wants a string"},
    {"a word that is not on the list", "sync = \"on\"\n",
     "F:3: store.sync: wants \"auto\" or \"off\""},
    {"a string is no number", "threads = \"2\"\n",
     "F:3: store.threads: wants a whole number from 0 to 255"},
    {"nor is a fraction", "threads = 2.0\n",
     "F:3: store.threads: wants a whole number from 0 to 255"},
    {"below zero", "threads = -1\n", "F:3: store.threads: wants a whole number from 0 to 255"},
    {"one too many", "threads = 256\n", "F:3: store.threads: wants a whole number from 0 to 255"},
    {"cache too small", "cache_mib = 7\n",
     "F:3: store.cache_mib: wants a whole number from 8 to 1048576"},
    {"cache too large", "cache_mib = 1048577\n",
     "F:3: store.cache_mib: wants a whole number from 8 to 1048576"},
    {"a year is enough", "erase_after_hours = 8761\n",
     "F:3: store.erase_after_hours: wants a whole number from 0 to 8760"},
    {"messages too small", "[limits]\nmessage_bytes = 65535\n",
     "F:4: limits.message_bytes: wants a whole number from 65536 to "
     "2147483648"},
    {"messages too large", "[limits]\nmessage_bytes = 2147483649\n",
     "F:4: limits.message_bytes: wants a whole number from 65536 to "
     "2147483648"},
    {"nobody may connect", "[limits]\nconnections = 0\n",
     "F:4: limits.connections: wants a whole number from 1 to 1000000"},
    {"nobody may receive", "[limits]\nrecipients = 0\n",
     "F:4: limits.recipients: wants a whole number from 1 to 10000"},
    {"one address is no list", "[imap]\nlisten = \"127.0.0.1:1\"\n",
     "F:4: imap.listen: wants a list of strings"},
    {"a list of something else", "[imap]\nlisten = [1]\n", "F:4: imap.listen: wants a string"},
    {"no port", "[imap]\nlisten = [\"localhost\"]\n",
     "F:4: imap.listen: wants \"address:port\" or \"unix:/path\", not "
     "\"localhost\""},
    {"a host of two words", "[lmtp]\nhost = \"a b\"\n", "F:4: lmtp.host: wants a host name"},
    {"a host without a name", "[lmtp]\nhost = \"\"\n", "F:4: lmtp.host: wants a host name"},
    {"a policy nobody knows", "[auth]\nplaintext = \"always\"\n",
     "F:4: auth.plaintext: wants \"tls\", \"loopback\" or \"never\""},
    {"a level nobody knows", "[log]\nlevel = \"loud\"\n",
     "F:4: log.level: wants trace, debug, info, warn, error or off"},
    {"a format nobody knows", "[log]\nformat = \"xml\"\n",
     "F:4: log.format: wants \"text\" or \"json\""},
    {"a certificate without a key", "[tls]\ncertificate = \"c\"\n",
     "F:4: tls.certificate: wants tls.key too"},
    {"a key without a certificate", "[tls]\nkey = \"k\"\n",
     "F:4: tls.key: wants tls.certificate too"},
    {"a file without a name", "[tls]\ncertificate = \"\"\n", "F:4: tls.certificate: wants a file"},
    {"a TLS port without TLS", "[imap]\nlisten_tls = [\"h:1\"]\n",
     "F:4: imap.listen_tls: wants tls.certificate too"},
    {"an old TLS", "[tls]\ncertificate = \"c\"\nkey = \"k\"\nmin_version = \"1.1\"\n",
     "F:6: tls.min_version: wants \"1.2\" or \"1.3\""},
    {"half a further certificate",
     "[tls]\ncertificate = \"c\"\nkey = \"k\"\n[[tls.additional]]\nkey = "
     "\"k\"\n",
     "F:6: tls.additional: wants tables of certificate and key"},
    {"an issuer whose signature nobody can check", "[oauth]\nissuer = \"i\"\n",
     "F:4: oauth.issuer: wants oauth.keys too"},
    {"an algorithm nobody knows", "[oauth]\n[[oauth.keys]]\nalgorithm = \"none\"\nfile = \"f\"\n",
     "F:4: oauth.keys: wants algorithm \"RS256\", \"ES256\" or \"HS256\""},
    {"a window without an end", "[limits]\nfailed_logins_window_s = 0\n",
     "F:4: limits.failed_logins_window_s: wants a whole number from 1 to 86400"},
    {"whose certificates are to be believed?",
     "[tls]\ncertificate = \"c\"\nkey = \"k\"\nclient_certificates = "
     "\"required\"\n",
     "F:6: tls.client_certificates: wants tls.client_ca too"},
};

TEST(Config, ErrorsNameFileLineAndKey) {
    for (const Refusal& refusal : kRefusals) {
        const auto parsed = parse(std::string(kStore) + std::string(refusal.text));
        ASSERT_FALSE(parsed) << refusal.why;
        EXPECT_EQ(parsed.error().code, Errc::invalid) << refusal.why;
        EXPECT_EQ(parsed.error().what, refusal.want) << refusal.why;
    }
}

TEST(Config, ShapesThatAreNoConfiguration) {
    constexpr Refusal kShapes[] = {
        {"nothing", "", "F: store.path: is missing"},
        {"a store without a place", "[store]\n", "F: store.path: is missing"},
        {"an empty place", "[store]\npath = \"\"\n", "F:2: store.path: wants a directory"},
        {"a section that is a value", "store = 1\n", "F:1: store: is a section"},
        {"a section that is a list", "[[store]]\npath = \"x\"\n", "F:1: store: is a section"},
    };
    for (const Refusal& shape : kShapes) {
        const auto parsed = parse(shape.text);
        ASSERT_FALSE(parsed) << shape.why;
        EXPECT_EQ(parsed.error().what, shape.want) << shape.why;
    }
    // What the library says of broken TOML is its own; where it is broken we promise.
    for (const std::string_view text :
         {"[store]\npath = \n", "[store]\nx = 1\nx = 2\n", "[store]\npath = \"a\n",
          "[store]\nnumber = 99999999999999999999\n"}) {
        const auto parsed = parse(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_TRUE(parsed.error().what.starts_with("F:2: ") ||
                    parsed.error().what.starts_with("F:3: "))
            << parsed.error().what;
    }
}

TEST(Config, FilesThatCannotBeReadSayWhy) {
    const TempDir dir;
    const auto none = load_config(dir / "none");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, Errc::not_found);
    EXPECT_EQ(none.error().what, dir / "none" + ": No such file or directory");
    const auto directory = load_config(dir.path());
    ASSERT_FALSE(directory);
    EXPECT_EQ(directory.error().what, dir.path() + ": cannot be read");
    std::ofstream(dir / "huge") << std::string(2U << 20, '#');
    const auto huge = load_config(dir / "huge");
    ASSERT_FALSE(huge);
    EXPECT_EQ(huge.error().what, dir / "huge" + ": is larger than a configuration can be");
    std::ofstream(dir / "good") << kStore;
    const auto good = load_config(dir / "good");
    ASSERT_TRUE(good);
    EXPECT_EQ(good->store.path, "/s");
}

}  // namespace
}  // namespace loam::ops
