#include "tools/loam/mail_files.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "engine/record/rows.h"
#include "imapd/wire/mailbox_name.h"
#include "imapd/wire/mutf7.h"
#include "tools/loam/line_filter.h"

namespace loam::tool {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = 64U << 10;
/// A From_ line is looked for in this much of a file's front.
constexpr std::size_t kFromLineBytesMax = 1024;

/// Files below `path`, or `path` itself, sorted.
std::vector<std::string> files_of(const std::string& path, MailItems& found) {
    std::error_code error;
    std::vector<std::string> files;
    if (!fs::is_directory(path, error)) {
        files.push_back(path);
        return files;
    }
    for (fs::recursive_directory_iterator at(path, error), end; !error && at != end;
         at.increment(error)) {
        if (at->is_regular_file()) files.push_back(at->path().string());
    }
    if (error) found.unreadable.push_back(path + ": " + error.message());
    std::ranges::sort(files);
    return files;
}

/// Size and time of a file; false, and told, if it cannot be had.
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

std::string front_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string front(kFromLineBytesMax, '\0');
    file.read(front.data(), static_cast<std::streamsize>(front.size()));
    front.resize(static_cast<std::size_t>(file.gcount()));
    return front;
}

std::vector<std::string> read_keywords(const std::string& directory) {
    std::ifstream file(directory + "/dovecot-keywords");
    std::vector<std::string> names;
    std::string line;
    while (std::getline(file, line)) {
        const std::size_t space = line.find(' ');
        if (space != std::string::npos) names.push_back(line.substr(space + 1));
    }
    return names;
}

/// ".A.B" to "A/B". What is no modified UTF-7 stays as it is.
std::string folder_name(std::string folder) {
    folder.erase(0, 1);
    std::ranges::replace(folder, '.', '/');
    for (std::size_t at = folder.find(kShiftedDot); at != std::string::npos;
         at = folder.find(kShiftedDot, at)) {
        folder.replace(at, kShiftedDot.size(), ".");
    }
    const auto decoded = imap::decode_mutf7(folder);
    const auto canonical = imap::canonical_name(decoded ? *decoded : folder);
    return canonical ? *canonical : folder;
}

void find_in_maildir(const std::string& directory, const std::string& mailbox, MailItems& found) {
    const std::vector<std::string> keywords = read_keywords(directory);
    for (const char* sub : {"/cur", "/new"}) {
        std::error_code error;
        if (!fs::is_directory(directory + sub, error)) continue;
        for (const std::string& path : files_of(directory + sub, found)) {
            MailItem item;
            item.mailbox = mailbox;
            if (!describe_file(path, item, found)) continue;
            const std::size_t info = path.rfind(":2,");
            if (info != std::string::npos)
                apply_maildir_flags(path.substr(info + 3), keywords, item);
            found.items.push_back(std::move(item));
        }
    }
}

}  // namespace

void apply_maildir_flags(const std::string& letters, const std::vector<std::string>& names,
                         MailItem& item) {
    for (const char letter : letters) {
        switch (letter) {
            case 'S':
                item.flags |= kFlagSeen;
                break;
            case 'R':
                item.flags |= kFlagAnswered;
                break;
            case 'F':
                item.flags |= kFlagFlagged;
                break;
            case 'T':
                item.flags |= kFlagDeleted;
                break;
            case 'D':
                item.flags |= kFlagDraft;
                break;
            case 'P':
                item.keywords.emplace_back("$Forwarded");
                break;
            default:
                if (letter >= 'a' && static_cast<std::size_t>(letter - 'a') < names.size()) {
                    item.keywords.push_back(names[static_cast<std::size_t>(letter - 'a')]);
                }
        }
    }
}

std::optional<std::int64_t> from_line_date(const std::string& line) {
    // The sender may hold spaces, so the date is looked for by its weekday.
    static constexpr std::array<const char*, 7> kDays{" Mon ", " Tue ", " Wed ", " Thu ",
                                                      " Fri ", " Sat ", " Sun "};
    for (const char* day : kDays) {
        const std::size_t at = line.rfind(day);
        if (at == std::string::npos) continue;
        std::tm time{};
        const char* end = strptime(line.c_str() + at + 1, "%a %b %d %H:%M:%S %Y", &time);
        if (end == nullptr) continue;
        return timegm(&time);
    }
    return std::nullopt;
}

MailItems find_eml(const std::vector<std::string>& paths) {
    MailItems found;
    for (const std::string& path : paths) {
        for (const std::string& file : files_of(path, found)) {
            MailItem item;
            if (!describe_file(file, item, found)) continue;
            const std::string front = front_of(file);
            const std::size_t line_end = front.find('\n');
            if (front.starts_with("From ") && line_end != std::string::npos) {
                item.offset = line_end + 1;
                item.bytes -= item.offset;
            }
            found.items.push_back(std::move(item));
        }
    }
    return found;
}

MailItems find_maildir(const std::vector<std::string>& paths) {
    MailItems found;
    for (const std::string& path : paths) {
        std::error_code error;
        if (!fs::is_directory(path + "/cur", error)) {
            found.unreadable.push_back(path + ": is no Maildir (no cur in it)");
            continue;
        }
        find_in_maildir(path, "", found);
        std::vector<std::string> folders;
        for (const auto& entry : fs::directory_iterator(path, error)) {
            const std::string name = entry.path().filename().string();
            const bool folder = name.size() > 1 && name.front() == '.' && entry.is_directory(error);
            if (folder) folders.push_back(name);
        }
        std::ranges::sort(folders);
        for (const std::string& folder : folders) {
            find_in_maildir(path + "/" + folder, folder_name(folder), found);
        }
    }
    return found;
}

namespace {

/// Walks the lines of one mbox and closes an item at each From_ line.
void split_mbox(const std::string& path, MailItems& found) {
    MailItem whole;
    if (!describe_file(path, whole, found)) return;
    std::ifstream file(path, std::ios::binary);
    std::string line;
    std::uint64_t at = 0;
    bool after_empty = true;
    bool any = false;
    while (std::getline(file, line)) {
        const std::uint64_t next = std::min<std::uint64_t>(at + line.size() + 1, whole.bytes);
        if (line.ends_with('\r')) line.pop_back();
        if (after_empty && line.starts_with("From ")) {
            MailItem item = whole;
            item.mbox = true;
            item.offset = next;
            item.bytes = whole.bytes - next;
            item.date_s = from_line_date(line).value_or(whole.date_s);
            // The empty line before a From_ line ends the message before it and is not part of it.
            if (any)
                found.items.back().bytes =
                    at - found.items.back().offset - (at > found.items.back().offset ? 1 : 0);
            found.items.push_back(std::move(item));
            any = true;
        }
        after_empty = line.empty();
        at = next;
    }
    if (!any) {
        found.unreadable.push_back(path + ": is no mbox (no From_ line at its start)");
        return;
    }
    MailItem& last = found.items.back();
    if (after_empty && last.bytes > 0) --last.bytes;
}

}  // namespace

MailItems find_mbox(const std::vector<std::string>& paths) {
    MailItems found;
    for (const std::string& path : paths)
        split_mbox(path, found);
    return found;
}

Status read_item(const MailItem& item, const std::function<Status(std::string_view)>& take) {
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
        unquoted.clear();
        out.clear();
        if (item.mbox) {
            unquote.feed(octets, unquoted);
            if (left == 0) unquote.finish(unquoted);
            octets = unquoted;
        }
        crlf.feed(octets, out);
        LOAM_TRY_STATUS(take(out));
    }
    return {};
}

}  // namespace loam::tool
