// Messages in a Maildir: https://cr.yp.to/proto/maildir.html, with the folders of Maildir++ and the
// keywords of Dovecot.
#include <algorithm>
#include <charconv>
#include <filesystem>

#include "engine/base/limits.h"
#include "engine/record/rows.h"
#include "imapd/wire/mailbox_name.h"
#include "imapd/wire/mutf7.h"
#include "tools/loam/line_reader.h"
#include "tools/loam/mail_files.h"

namespace loam::tool {

namespace {

namespace fs = std::filesystem;

/// dovecot-keywords := { number " " name LF }; number 0 is the letter a.
MaildirKeywords read_keywords(const std::string& directory) {
    MaildirKeywords names;
    std::error_code error;
    if (!fs::exists(directory + "/dovecot-keywords", error)) return names;
    LineReader lines(directory + "/dovecot-keywords", kKeywordBytesMax + 8);
    while (lines.next()) {
        const std::string_view line = lines.head();
        std::size_t number = kMaildirKeywords;
        const auto [end, bad] = std::from_chars(line.data(), line.data() + line.size(), number);
        const auto digits = static_cast<std::size_t>(end - line.data());
        const bool good = bad == std::errc{} && number < kMaildirKeywords && lines.whole() &&
                          line.substr(digits).starts_with(' ');
        if (good) names[number] = line.substr(digits + 1);
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

/// What lies in a directory, sorted. Names that begin with a dot are of no message.
std::vector<fs::path> entries_of(const std::string& directory, MailItems& found) {
    std::vector<fs::path> entries;
    std::error_code error;
    fs::directory_iterator at(directory, error);
    for (const fs::directory_iterator end; !error && at != end; at.increment(error))
        entries.push_back(at->path());
    if (error) found.unreadable.push_back(directory + ": " + error.message());
    std::ranges::sort(entries);
    return entries;
}

void find_in_folder(const std::string& directory, const std::string& mailbox, MailItems& found) {
    const MaildirKeywords keywords = read_keywords(directory);
    for (const char* sub : {"/cur", "/new"}) {
        std::error_code error;
        if (!fs::is_directory(directory + sub, error)) continue;
        for (const fs::path& path : entries_of(directory + sub, found)) {
            const std::string name = path.filename().string();
            MailItem item;
            item.mailbox = mailbox;
            if (name.starts_with('.') || fs::is_directory(path, error)) continue;
            if (!describe_file(path.string(), item, found)) continue;
            const std::size_t info = name.rfind(":2,");
            if (info != std::string::npos)
                apply_maildir_flags(std::string_view(name).substr(info + 3), keywords, item);
            found.items.push_back(std::move(item));
        }
    }
}

}  // namespace

void apply_maildir_flags(std::string_view letters, const MaildirKeywords& names, MailItem& item) {
    const auto add_keyword = [&item](std::string_view name) {
        if (std::ranges::find(item.keywords, name) == item.keywords.end())
            item.keywords.emplace_back(name);
    };
    const auto add_flag = [&item](Flag flag) {
        item.flags = static_cast<std::uint8_t>(item.flags | flag);
    };
    for (const char letter : letters) {
        if (letter == 'S') add_flag(kFlagSeen);
        if (letter == 'R') add_flag(kFlagAnswered);
        if (letter == 'F') add_flag(kFlagFlagged);
        if (letter == 'T') add_flag(kFlagDeleted);
        if (letter == 'D') add_flag(kFlagDraft);
        if (letter == 'P') add_keyword(kForwarded);
        if (letter < 'a' || letter > 'z') continue;
        const std::string& name = names[static_cast<std::size_t>(letter - 'a')];
        if (!name.empty()) add_keyword(name);
    }
}

MailItems find_maildir(const std::vector<std::string>& paths) {
    MailItems found;
    for (const std::string& path : paths) {
        std::error_code error;
        if (!fs::is_directory(path + "/cur", error)) {
            found.unreadable.push_back(path + ": is no Maildir (no cur in it)");
            continue;
        }
        find_in_folder(path, "", found);
        for (const fs::path& entry : entries_of(path, found)) {
            const std::string name = entry.filename().string();
            if (name.size() > 1 && name.front() == '.' && fs::is_directory(entry, error))
                find_in_folder(entry.string(), folder_name(name), found);
        }
    }
    return found;
}

}  // namespace loam::tool
