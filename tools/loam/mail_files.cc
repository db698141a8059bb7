#include "tools/loam/mail_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "tools/loam/line_filter.h"
#include "tools/loam/line_reader.h"

namespace loam::tool {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = 64U << 10;
/// Longer first lines are no From_ lines.
constexpr std::size_t kFromLineBytesMax = 1024;

/// Files below `path`, or `path` itself, sorted. Directories that links lead to are left alone.
std::vector<std::string> files_of(const std::string& path, MailItems& found) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return {path};
    std::vector<std::string> files;
    std::vector<std::string> directories{path};
    while (!directories.empty()) {
        const std::string directory = std::move(directories.back());
        directories.pop_back();
        fs::directory_iterator at(directory, error);
        for (const fs::directory_iterator end; !error && at != end; at.increment(error)) {
            std::error_code gone;
            if (at->is_directory(gone) && !at->is_symlink(gone)) {
                directories.push_back(at->path().string());
            } else if (at->is_regular_file(gone)) {
                files.push_back(at->path().string());
            }
        }
        if (error) found.unreadable.push_back(directory + ": " + error.message());
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace

bool describe_file(const std::string& path, MailItem& item, MailItems& found) {
    struct stat info{};
    if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
        found.unreadable.push_back(path + ": cannot be read");
        return false;
    }
    item.path = path;
    item.bytes = static_cast<std::uint64_t>(info.st_size);
    item.date_s = info.st_mtime;
    return true;
}

MailItems find_eml(const std::vector<std::string>& paths) {
    MailItems found;
    for (const std::string& path : paths) {
        for (const std::string& file : files_of(path, found)) {
            MailItem item;
            if (!describe_file(file, item, found)) continue;
            LineReader lines(file, kFromLineBytesMax);
            const bool from =
                lines.next() && lines.ended() && lines.whole() && lines.head().starts_with("From ");
            if (from) {
                item.offset = lines.bytes();
                item.bytes -= std::min(item.bytes, item.offset);
            }
            found.items.push_back(std::move(item));
        }
    }
    return found;
}

Status read_item(const MailItem& item, LineEnds line_ends,
                 const std::function<Status(std::string_view)>& take) {
    std::ifstream file(item.path, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(item.offset));
    if (!file) return fail(Errc::io, "cannot be opened");
    MboxQuoting unquote(MboxQuoting::Way::unquote);
    ToCrlf crlf;
    std::string piece(kPieceBytes, '\0');
    std::string unquoted;
    std::string out;
    for (std::uint64_t left = item.bytes; left > 0;) {
        file.read(piece.data(),
                  static_cast<std::streamsize>(std::min<std::uint64_t>(left, piece.size())));
        const auto got = static_cast<std::size_t>(file.gcount());
        if (got == 0) return fail(Errc::io, "ends early");
        left -= got;
        std::string_view octets = std::string_view(piece).substr(0, got);
        if (item.mbox) {
            unquoted.clear();
            unquote.feed(octets, unquoted);
            if (left == 0) unquote.finish(unquoted);
            octets = unquoted;
        }
        if (line_ends == LineEnds::crlf) {
            out.clear();
            crlf.feed(octets, out);
            octets = out;
        }
        LOAM_TRY_STATUS(take(octets));
    }
    return {};
}

}  // namespace loam::tool
