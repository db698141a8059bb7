#include "imapd/auth/bearer.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

namespace loam::imap {
namespace {

constexpr char kSeparator = '\x01';
constexpr std::string_view kScheme = "bearer ";

Error wrong(const char* why) {
    return fail(Errc::invalid, std::string("OAUTHBEARER: ") + why);
}

bool equal_nocase(std::string_view a, std::string_view lower) {
    return std::ranges::equal(a, lower, [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
    });
}

// saslname of RFC 5801 section 4: "=2C" is a comma, "=3D" an equals sign.
std::optional<std::string> decode_name(std::string_view text) {
    std::string name;
    while (!text.empty()) {
        if (text.starts_with("=2C") || text.starts_with("=3D")) {
            name += text[1] == '2' ? ',' : '=';
            text.remove_prefix(3);
        } else if (text.front() == '=' || text.front() == '\0') {
            return std::nullopt;
        } else {
            name += text.front();
            text.remove_prefix(1);
        }
    }
    return name;
}

bool is_value(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n'; });
}

}  // namespace

// client-resp := (gs2-header kvsep *kvpair kvsep) / kvsep
Result<BearerMessage> parse_bearer(std::string_view message) {
    BearerMessage parsed;
    // There is nothing to bind a bearer token to: RFC 7628 section 3.1 has no channel binding.
    if (!message.starts_with("n,") && !message.starts_with("y,")) return wrong("gs2-header");
    message.remove_prefix(2);
    const std::size_t comma = message.find(',');
    if (comma == std::string_view::npos) return wrong("gs2-header");
    std::string_view authzid = message.substr(0, comma);
    message.remove_prefix(comma + 1);
    if (!authzid.empty() && !authzid.starts_with("a=")) return wrong("gs2-header");
    if (!authzid.empty()) {
        auto name = decode_name(authzid.substr(2));
        if (!name || name->empty()) return wrong("authzid");
        parsed.authzid = *std::move(name);
    }
    if (message.size() < 2 || message.front() != kSeparator || message.back() != kSeparator) {
        return wrong("no separators around the keys");
    }
    message.remove_prefix(1);
    while (message != std::string_view(&kSeparator, 1)) {
        const std::size_t end = message.find(kSeparator);
        const std::string_view pair = message.substr(0, end);
        const std::size_t equals = pair.find('=');
        if (end == std::string_view::npos || equals == 0 || equals == std::string_view::npos ||
            !is_value(pair)) {
            return wrong("not a key and its value");
        }
        message.remove_prefix(end + 1);
        const std::string_view value = pair.substr(equals + 1);
        if (pair.substr(0, equals) != "auth") continue;  // unknown ones are ignored
        if (value.size() < kScheme.size() ||
            !equal_nocase(value.substr(0, kScheme.size()), kScheme)) {
            return wrong("not a bearer token");
        }
        parsed.token = value.substr(kScheme.size());
    }
    if (parsed.token.empty()) return wrong("no token");
    return parsed;
}

std::string bearer_refusal(std::string_view scope) {
    nlohmann::json told{{"status", "invalid_token"}, {"schemes", "bearer"}};
    if (!scope.empty()) told["scope"] = scope;
    return told.dump();
}

}  // namespace loam::imap
