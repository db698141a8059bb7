#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

/// What is said in OAUTHBEARER: RFC 7628 section 3.
namespace loam::imap {

struct BearerMessage {
    std::string authzid;  ///< for whom to act; empty: for whom the token names
    std::string token;
};

/// The client's first message. Errors: invalid.
Result<BearerMessage> parse_bearer(std::string_view message);

/// What a client is told of a token that was not taken: section 3.2.2.
std::string bearer_refusal(std::string_view scope);

}  // namespace loam::imap
