#include "bench/load/messages.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

namespace loam::load {

namespace {

using std::filesystem::path;

Result<std::vector<path>> list_files(const path& folder) {
    std::error_code failed;
    std::vector<path> files;
    std::filesystem::recursive_directory_iterator at(folder, failed);
    for (; !failed && at != std::filesystem::recursive_directory_iterator(); at.increment(failed))
        if (at->is_regular_file(failed)) files.push_back(at->path());
    if (failed) return fail(Errc::io, folder.string() + ": " + failed.message());
    if (files.empty()) return fail(Errc::not_found, folder.string() + ": no messages");
    std::ranges::sort(files);
    return files;
}

}  // namespace

std::string with_crlf(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 32);
    char before = '\0';
    for (const char c : text) {
        if (c == '\n' && before != '\r') out += '\r';
        out += c;
        before = c;
    }
    return out;
}

std::string dot_stuffed(std::string_view message) {
    std::string out;
    out.reserve(message.size() + message.size() / 64 + 8);
    bool at_line_start = true;
    for (const char c : message) {
        if (c == '.' && at_line_start) out += '.';
        out += c;
        at_line_start = c == '\n';
    }
    if (!message.empty() && !message.ends_with("\r\n")) out += "\r\n";
    return out + ".\r\n";
}

Result<std::vector<std::string>> load_messages(const path& folder) {
    LOAM_TRY(const std::vector<path> files, list_files(folder));
    std::vector<std::string> messages;
    messages.reserve(files.size());
    for (const path& file : files) {
        std::ifstream in(file, std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(in)),
                               std::istreambuf_iterator<char>());
        if (!in) return fail(Errc::io, file.string() + ": cannot be read");
        if (text.find('\0') != std::string::npos)
            return fail(Errc::invalid, file.string() + ": holds a NUL");
        messages.push_back(with_crlf(text));
    }
    return messages;
}

}  // namespace loam::load
