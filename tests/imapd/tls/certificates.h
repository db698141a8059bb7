#pragma once

#include <string>

#include "imapd/tls/config.h"
#include "tests/support/temp_dir.h"

namespace loam::tls {

/// Makes a self-signed certificate for `host` and its key: DIR/NAME.pem and DIR/NAME.key, the key
/// with mode 0600.
TlsIdentity make_identity(const TempDir& dir, const std::string& name, const std::string& host);

}  // namespace loam::tls
