#include "imapd/ops/config_values.h"

#include <utility>

namespace loam::ops {

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

Result<bool> flag_of(const toml::node& node) {
    if (const auto* flag = node.as_boolean()) return flag->get();
    return fail(Errc::invalid, "wants true or false");
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

Result<tls::TlsFile> file_of(const toml::node& node, const std::string& key) {
    LOAM_TRY(std::string path, text_of(node));
    if (path.empty()) return fail(Errc::invalid, "wants a file");
    const toml::source_region& where = node.source();
    return tls::TlsFile{.path = std::move(path),
                        .where = *where.path + ":" + std::to_string(where.begin.line) + ": " + key};
}

}  // namespace loam::ops
