#include <optional>
#include <string>

#include "engine/mail/digest.h"
#include "engine/mail/header.h"

namespace loam::mail {

namespace {

// RFC 5256 section 5, the grammar of subj-*.

std::string_view skip_wsp(std::string_view text) {
    while (text.starts_with(' '))
        text.remove_prefix(1);
    return text;
}

// subj-blob = "[" *BLOBCHAR "]" *WSP. What is behind it, or nothing.
std::optional<std::string_view> after_blob(std::string_view text) {
    if (!text.starts_with('[')) return std::nullopt;
    const std::size_t end = text.find_first_of("[]", 1);
    if (end == text.npos || text[end] != ']') return std::nullopt;
    return skip_wsp(text.substr(end + 1));
}

bool starts_nocase(std::string_view text, std::string_view with) {
    return equal_nocase(text.substr(0, with.size()), with);
}

// subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
std::optional<std::string_view> after_refwd(std::string_view text) {
    std::size_t word = 0;
    for (const std::string_view candidate : {"fwd", "fw", "re"}) {
        if (word == 0 && starts_nocase(text, candidate)) word = candidate.size();
    }
    if (word == 0) return std::nullopt;
    text = skip_wsp(text.substr(word));
    if (const auto rest = after_blob(text)) text = *rest;
    if (!text.starts_with(':')) return std::nullopt;
    return text.substr(1);
}

// subj-leader = (*subj-blob subj-refwd) / WSP
std::optional<std::string_view> after_leader(std::string_view text, bool& refwd) {
    if (text.starts_with(' ')) return text.substr(1);
    while (const auto rest = after_blob(text))
        text = *rest;
    const auto rest = after_refwd(text);
    refwd = refwd || rest.has_value();
    return rest;
}

// Step 2: subj-trailer = "(fwd)" / WSP, as often as it is there.
std::string_view without_trailers(std::string_view text, bool& refwd) {
    constexpr std::string_view kForward = "(fwd)";
    while (true) {
        if (text.ends_with(' ')) {
            text.remove_suffix(1);
        } else if (text.size() >= kForward.size() &&
                   equal_nocase(text.substr(text.size() - kForward.size()), kForward)) {
            text.remove_suffix(kForward.size());
            refwd = true;
        } else {
            return text;
        }
    }
}

// Steps 3 to 5.
std::string_view without_leaders(std::string_view text, bool& refwd) {
    while (true) {
        if (const auto rest = after_leader(text, refwd)) {
            text = *rest;
            continue;
        }
        const auto rest = after_blob(text);
        if (!rest || rest->empty()) return text;  // a blob that is all there is stays
        text = *rest;
    }
}

// Step 1, its second half: tabs are spaces, and several spaces are one.
std::string squeezed(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const char plain = c == '\t' || c == '\r' || c == '\n' ? ' ' : c;
        if (plain != ' ' || !out.ends_with(' ')) out += plain;
    }
    return out;
}

}  // namespace

BaseSubject base_subject(std::string_view subject) {
    constexpr std::string_view kForwardHeader = "[fwd:";
    const std::string plain = squeezed(subject);
    bool refwd = false;
    std::string_view text = plain;
    while (true) {
        text = without_leaders(without_trailers(text, refwd), refwd);
        // Step 6: subj-fwd = "[fwd:" subject "]"
        if (!starts_nocase(text, kForwardHeader) || !text.ends_with(']')) break;
        text.remove_suffix(1);
        text.remove_prefix(kForwardHeader.size());
        refwd = true;
    }
    return {.text = std::string(text), .reply_or_forward = refwd};
}

}  // namespace loam::mail
