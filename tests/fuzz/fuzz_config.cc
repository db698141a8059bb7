// Any octets as the configuration file: taken or refused with the place of the fault.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/ops/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto config = loam::ops::parse_config(text, "fuzz.toml");
    if (!config) {
        LOAM_CHECK(config.error().code == loam::Errc::invalid);
        LOAM_CHECK(config.error().what.starts_with("fuzz.toml:"));
        return 0;
    }
    LOAM_CHECK(!config->store.path.empty());
    LOAM_CHECK(config->store.message_bytes_max <= loam::kMessageBytesMax);
    LOAM_CHECK(config->imap.connections_max > 0 && config->lmtp.recipients_max > 0);
    LOAM_CHECK(config->imap_listen_tls.empty() || config->tls.enabled());
    return 0;
}
