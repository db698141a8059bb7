#include "tests/transcripts/script.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

namespace loam::imap {
namespace {

[[noreturn]] void bad_script(const std::filesystem::path& path, int line, std::string_view why) {
    std::fprintf(stderr, "%s:%d: %.*s\n", path.c_str(), line, static_cast<int>(why.size()),
                 why.data());
    std::abort();
}

// "C1: text", "C1> text", "S1: text".
bool parse_speech(std::string_view line, Step& step) {
    if (line.size() < 3 || (line[0] != 'C' && line[0] != 'S') || line[1] < '1' || line[1] > '9') {
        return false;
    }
    step.client = line[1] - '0';
    if (line[2] == '>' && line[0] == 'C') {
        step.kind = Step::Kind::say_raw;
    } else if (line[2] == ':') {
        step.kind = line[0] == 'C' ? Step::Kind::say : Step::Kind::hear;
    } else {
        return false;
    }
    step.text = line.substr(line.size() > 3 && line[3] == ' ' ? 4 : 3);
    return true;
}

bool is_mode(std::string_view word) {
    return word == "r1" || word == "u8" || word == "r2";
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

bool all_modes(const std::vector<std::string>& words) {
    return !words.empty() && std::ranges::all_of(words, is_mode);
}

// Takes "r1,u8| " off the front of a line.
std::string take_modes(std::string& line) {
    const std::size_t bar = line.find("| ");
    if (bar == std::string::npos || !all_modes(split(std::string_view(line).substr(0, bar), ',')))
        return {};
    std::string modes = line.substr(0, bar);
    line.erase(0, bar + 2);
    return modes;
}

// "[r1 u8] title": the dialogue of each mode. Without modes the dialogue itself.
std::vector<Dialogue> expand(Dialogue dialogue) {
    const std::size_t close = dialogue.title.find("] ");
    std::vector<std::string> modes;
    if (dialogue.title.starts_with('[') && close != std::string::npos)
        modes = split(std::string_view(dialogue.title).substr(1, close - 1), ' ');
    if (!all_modes(modes)) return {std::move(dialogue)};
    std::vector<Dialogue> expanded;
    for (const std::string& mode : modes) {
        Dialogue one = dialogue;
        one.title = dialogue.title.substr(close + 2) + " (" + mode + ")";
        one.mode = mode;
        std::erase_if(one.steps, [&](const Step& step) {
            return !step.modes.empty() && step.modes.find(mode) == std::string::npos;
        });
        expanded.push_back(std::move(one));
    }
    return expanded;
}

bool is_capture_char(char c) {
    return c != ' ' && c != ')' && c != '(' && c != ']' && c != '\r' && c != '"';
}

bool match_from(std::string_view pattern, std::string_view text, Captures& captures);

bool match_capture(std::string_view name, std::string_view rest, std::string_view text,
                   Captures& captures) {
    if (const auto known = captures.find(std::string(name)); known != captures.end()) {
        return text.starts_with(known->second) &&
               match_from(rest, text.substr(known->second.size()), captures);
    }
    std::size_t length = 0;
    while (length < text.size() && is_capture_char(text[length]))
        ++length;
    for (; length > 0; --length) {
        Captures attempt = captures;
        attempt[std::string(name)] = text.substr(0, length);
        if (!match_from(rest, text.substr(length), attempt)) continue;
        captures = std::move(attempt);
        return true;
    }
    return false;
}

bool match_from(std::string_view pattern, std::string_view text, Captures& captures) {
    while (!pattern.empty()) {
        if (pattern.starts_with("...")) {
            for (std::size_t skip = 0; skip <= text.size(); ++skip) {
                if (match_from(pattern.substr(3), text.substr(skip), captures)) return true;
            }
            return false;
        }
        if (pattern.starts_with("$(")) {
            const std::size_t close = pattern.find(')');
            return match_capture(pattern.substr(2, close - 2), pattern.substr(close + 1), text,
                                 captures);
        }
        if (text.empty() || text[0] != pattern[0]) return false;
        pattern.remove_prefix(1);
        text.remove_prefix(1);
    }
    return text.empty();
}

}  // namespace

std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char next = at + 1 < text.size() ? text[at + 1] : '\0';
        if (text[at] != '\\' || (next != 'r' && next != 'n' && next != 'x')) {
            out += text[at];
        } else if (next == 'x') {
            out += static_cast<char>(std::stoi(std::string(text.substr(at + 2, 2)), nullptr, 16));
            at += 3;
        } else {
            out += next == 'r' ? '\r' : '\n';
            at += 1;
        }
    }
    return out;
}

bool matches_script(std::string_view pattern, std::string_view text, Captures& captures) {
    return match_from(pattern, text, captures);
}

std::vector<Dialogue> read_script(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<Dialogue> dialogues;
    std::string line;
    std::string* message = nullptr;
    for (int number = 1; std::getline(file, line); ++number) {
        if (message != nullptr) {
            if (line == "@end") {
                message = nullptr;
            } else {
                *message += unescape(line) + "\r\n";
            }
            continue;
        }
        if (line.empty() || line.starts_with('#')) continue;
        if (line.starts_with("== ")) {
            dialogues.push_back({.title = line.substr(3), .mode = {}, .steps = {}, .messages = {}});
            continue;
        }
        if (dialogues.empty()) bad_script(path, number, "a dialogue begins with \"== title\"");
        if (line.starts_with("@message ")) {
            message = &dialogues.back().messages[line.substr(9)];
            continue;
        }
        std::string modes = take_modes(line);
        Step step{.kind = Step::Kind::directive,
                  .text = line.substr(1),
                  .line = number,
                  .modes = std::move(modes)};
        if (line[0] != '@' && !parse_speech(line, step)) {
            bad_script(path, number, "neither speech nor directive");
        }
        dialogues.back().steps.push_back(std::move(step));
    }
    if (message != nullptr) bad_script(path, 0, "a message without @end");
    std::vector<Dialogue> expanded;
    for (Dialogue& dialogue : dialogues)
        std::ranges::move(expand(std::move(dialogue)), std::back_inserter(expanded));
    return expanded;
}

}  // namespace loam::imap
