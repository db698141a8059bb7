#include <algorithm>

#include "imapd/cmd/runners.h"

namespace loam::imap {
namespace {

// What we say is English, which is what i-default asks for: RFC 2277 section 4.5.
constexpr std::string_view kEnglish = "en";
constexpr std::string_view kDefault = "i-default";

// The language that a range leads to; empty: none. A range is shortened from its end until it fits:
// RFC 4647 section 3.4.
std::string_view match(std::string range) {
    if (range == "default" || range == "*") return kDefault;
    for (;;) {
        if (range == kEnglish) return kEnglish;
        if (range == kDefault) return kDefault;
        const std::size_t dash = range.rfind('-');
        if (dash == std::string::npos) return {};
        range.resize(dash);
    }
}

}  // namespace

/// LANGUAGE: RFC 5255 section 3.2. Namespaces have no names of their own to translate.
Task<Result<Reply>> run_language(Session& session, LanguageArgs args) {
    if (args.ranges.empty()) {
        session.writer().untagged_line("LANGUAGE (EN i-default)");
        co_return Reply::ok("these are spoken here");
    }
    for (std::string& range : args.ranges) {
        const std::string_view found = match(std::move(range));
        if (found.empty()) continue;
        session.writer().untagged_line(found == kEnglish ? "LANGUAGE (EN)"
                                                         : "LANGUAGE (i-default)");
        co_return Reply::ok("so be it");
    }
    co_return Reply::no("none of these is spoken here");
}

}  // namespace loam::imap
