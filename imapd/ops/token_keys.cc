#include "imapd/ops/token_keys.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace loam::ops {
namespace {

constexpr std::size_t kKeyBytesMax = 16U << 10;

Error refuse(const tls::TlsFile& file, const std::string& why) {
    return fail(Errc::invalid, file.where + ": " + file.path + ": " + why);
}

Result<std::string> read_key(const tls::TlsFile& file, imap::TokenAlgorithm algorithm) {
    std::ifstream opened(file.path, std::ios::binary);
    if (!opened) return refuse(file, std::strerror(errno));
    std::string octets(kKeyBytesMax + 1, '\0');
    opened.read(octets.data(), static_cast<std::streamsize>(octets.size()));
    octets.resize(static_cast<std::size_t>(opened.gcount()));
    if (octets.size() > kKeyBytesMax) return refuse(file, "is larger than a key can be");
    // A secret that a person wrote ends with its line.
    if (algorithm == imap::TokenAlgorithm::hs256 && octets.ends_with('\n')) octets.pop_back();
    return octets;
}

}  // namespace

Result<std::unique_ptr<imap::TokenVerifier>> read_token_keys(const Config& config) {
    imap::TokenRules rules = config.oauth;
    for (std::size_t i = 0; i < rules.keys.size(); ++i) {
        LOAM_TRY(rules.keys[i].material, read_key(config.oauth_files[i], rules.keys[i].algorithm));
        imap::TokenRules alone;
        alone.keys = {rules.keys[i]};
        if (const auto good = imap::TokenVerifier::make(std::move(alone)); !good) {
            return refuse(config.oauth_files[i], good.error().what);
        }
    }
    return imap::TokenVerifier::make(std::move(rules));
}

}  // namespace loam::ops
