#include "tests/corpus/differences.h"

#include <algorithm>
#include <fnmatch.h>
#include <fstream>

#include "engine/base/check.h"

namespace loam::corpus {

namespace {

std::string shape(const MessageView& view, bool with_synthesized) {
    std::string out;
    for (const EntityView& entity : view.entities) {
        if (entity.synthesized && !with_synthesized) continue;
        out += std::string(entity.depth, '>') + entity.type + ' ';
    }
    return out;
}

std::string extent(const EntityView& entity) {
    return std::to_string(entity.body_offset) + "+" + std::to_string(entity.body_bytes);
}

bool line_space(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

// Without white space before line ends: RFC 2045 section 6.7 rule 3 tells a decoder to drop it.
std::string without_trailing_space(std::string_view text) {
    std::string out;
    for (const char c : text) {
        while (c == '\n' && !out.empty() && line_space(out.back()))
            out.pop_back();
        out += c;
    }
    while (!out.empty() && line_space(out.back()))
        out.pop_back();
    return out;
}

std::string decoded_kind(const EntityView& ours, const EntityView& theirs) {
    if (ours.encoding == "unknown") return "uuencode";
    if (ours.encoding == "base64" && ours.decoded.starts_with(theirs.decoded) &&
        ours.decoded.size() - theirs.decoded.size() <= 2) {
        return "base64-tail";
    }
    const bool space =
        without_trailing_space(ours.decoded) == without_trailing_space(theirs.decoded);
    return space ? "qp-space" : "decoded";
}

void compare_entity(const EntityView& ours, const EntityView& theirs, std::size_t index,
                    std::vector<Difference>& out) {
    const std::string at = "#" + std::to_string(index) + " ";
    if (ours.encoding != theirs.encoding) {
        out.push_back({"encoding", at + ours.encoding, theirs.encoding});
    } else if (extent(ours) != extent(theirs)) {
        out.push_back({"extent", at + extent(ours), extent(theirs)});
    } else if (ours.decoded != theirs.decoded) {
        out.push_back({decoded_kind(ours, theirs), at + std::to_string(ours.decoded.size()),
                       std::to_string(theirs.decoded.size())});
    }
}

void compare_text(std::string_view kind, const std::string& ours, const std::string& theirs,
                  std::vector<Difference>& out) {
    if (ours != theirs) out.push_back({std::string(kind), ours, theirs});
}

std::string date_text(const MessageView& view) {
    return view.date_seconds ? std::to_string(*view.date_seconds) : "none";
}

}  // namespace

std::vector<Difference> compare(const MessageView& ours, const MessageView& theirs) {
    std::vector<Difference> out;
    if (theirs.entities.empty()) return {{"refused", shape(ours, true), ""}};
    if (shape(ours, true) == shape(theirs, true)) {
        for (std::size_t i = 0; i < ours.entities.size(); ++i) {
            compare_entity(ours.entities[i], theirs.entities[i], i, out);
        }
    } else {
        const bool no_parts = shape(ours, false) == shape(theirs, true);
        out.push_back({no_parts ? "no-parts" : "shape", shape(ours, true), shape(theirs, true)});
    }
    compare_text(ours.subject_8bit ? "subject-8bit" : "subject", ours.subject, theirs.subject, out);
    compare_text("from", ours.from, theirs.from, out);
    compare_text("to", ours.to, theirs.to, out);
    compare_text("cc", ours.cc, theirs.cc, out);
    compare_text("date", date_text(ours), date_text(theirs), out);
    return out;
}

ExplainedDifferences::ExplainedDifferences(const std::filesystem::path& table) {
    std::ifstream in(table);
    LOAM_CHECK(in.good());
    std::string text;
    while (std::getline(in, text)) {
        if (text.empty() || text.front() == '#') continue;
        const std::size_t first = text.find('\t');
        const std::size_t second = text.find('\t', first + 1);
        LOAM_CHECK(first != std::string::npos && second != std::string::npos);
        lines_.push_back({.kind = text.substr(0, first),
                          .pattern = text.substr(first + 1, second - first - 1),
                          .reason = text.substr(second + 1)});
    }
}

bool ExplainedDifferences::explain(std::string_view kind, std::string_view file) {
    const std::string name(file);
    for (Line& line : lines_) {
        if (line.kind != kind || ::fnmatch(line.pattern.c_str(), name.c_str(), 0) != 0) continue;
        ++line.used;
        return true;
    }
    return false;
}

std::vector<std::string> ExplainedDifferences::unused() const {
    std::vector<std::string> out;
    for (const Line& line : lines_) {
        if (line.used == 0) out.push_back(line.kind + " " + line.pattern);
    }
    return out;
}

}  // namespace loam::corpus
