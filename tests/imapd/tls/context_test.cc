#include "imapd/tls/context.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "imapd/tls/source.h"
#include "tests/imapd/tls/certificates.h"

// What is refused when certificates are loaded, and what a reload keeps.
namespace loam::tls {
namespace {

void write(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

struct Files {
    TempDir dir;
    TlsConfig config;
    Files() { config.identity = make_identity(dir, "a", "a.example"); }
};

std::string refusal(const TlsConfig& config) {
    const auto loaded = TlsContext::load(config);
    return loaded ? "loaded" : loaded.error().what;
}

TEST(TlsContext, LoadsAndSaysWhatItHas) {
    Files files;
    files.config.additional.push_back(make_identity(files.dir, "b", "b.example"));
    const auto loaded = TlsContext::load(files.config);
    ASSERT_TRUE(loaded) << loaded.error().what;
    const auto lines = (*loaded)->certificates();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_TRUE(lines[0].starts_with("a.example until 20")) << lines[0];
    EXPECT_TRUE(lines[1].starts_with("b.example until 20")) << lines[1];
}

TEST(TlsContext, RefusesKeysThatOthersMayOpen) {
    Files files;
    const std::string& key = files.config.identity.key.path;
    for (const auto mode :
         {std::filesystem::perms::others_read, std::filesystem::perms::others_write}) {
        std::filesystem::permissions(key, mode | std::filesystem::perms::owner_read);
        EXPECT_NE(refusal(files.config).find(key + ": everybody"), std::string::npos);
    }
    std::filesystem::permissions(
        key, std::filesystem::perms::owner_read | std::filesystem::perms::group_read);
    EXPECT_EQ(refusal(files.config), "loaded") << "a group of its own is how servers share keys";
}

TEST(TlsContext, RefusesWhatDoesNotFit) {
    Files files;
    const TlsIdentity other = make_identity(files.dir, "b", "b.example");
    TlsConfig config = files.config;
    config.identity.key = other.key;
    EXPECT_NE(refusal(config).find("not the key of"), std::string::npos) << refusal(config);
    config = files.config;
    config.identity.certificate.path += ".none";
    EXPECT_TRUE(refusal(config).starts_with("certificate: ")) << refusal(config);
    EXPECT_NE(refusal(config).find("No such file"), std::string::npos) << refusal(config);
    config = files.config;
    config.identity.key.path = config.identity.certificate.path + ".none";
    EXPECT_TRUE(refusal(config).starts_with("key: ")) << refusal(config);
    config = files.config;
    config.client_certificates = ClientCertificates::optional;
    config.client_ca = {.path = files.dir / "ca.pem", .where = "client_ca"};
    write(files.dir / "ca.pem", "nothing\n");
    EXPECT_TRUE(refusal(config).starts_with("client_ca: ")) << refusal(config);
}

TEST(TlsSource, KeepsTheOldContextWhenTheNewOneIsBad) {
    Files files;
    const auto source = TlsSource::load(files.config);
    ASSERT_TRUE(source);
    const auto first = (*source)->current();
    write(files.config.identity.certificate.path, "nothing\n");
    const Status refused = (*source)->reload();
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().what.starts_with("certificate: ")) << refused.error().what;
    EXPECT_EQ((*source)->current(), first);
    make_identity(files.dir, "a", "new.example");
    ASSERT_TRUE((*source)->reload());
    EXPECT_TRUE((*source)->current()->certificates().front().starts_with("new.example"));
}

}  // namespace
}  // namespace loam::tls
