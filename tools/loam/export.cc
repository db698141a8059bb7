// loam export: an account's mail as Maildir++ or as mboxes.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "engine/api/account.h"
#include "imapd/wire/mutf7.h"
#include "tools/loam/command.h"
#include "tools/loam/line_filter.h"
#include "tools/loam/mail_files.h"

namespace loam::tool {

namespace {

namespace fs = std::filesystem;

Status make_directory(const std::string& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) return fail(Errc::io, path + ": " + error.message());
    return {};
}

Status write_all(std::ofstream& file, std::string_view octets, const std::string& path) {
    file.write(octets.data(), static_cast<std::streamsize>(octets.size()));
    if (!file) return fail(Errc::io, path + ": cannot be written");
    return {};
}

/// Streams a message with LF line ends into `take`.
Status read_message(Runtime& runtime, Account& account, const MessageRow& row,
                    const std::function<Status(std::string_view)>& take) {
    LOAM_TRY(const auto reader, runtime.run(account.read_raw(row.cid, 0, row.size)));
    ToLf lf;
    std::string out;
    for (;;) {
        LOAM_TRY(const Bytes piece, runtime.run(reader->next()));
        out.clear();
        if (piece.empty()) lf.finish(out);
        lf.feed(as_text(piece), out);
        LOAM_TRY_STATUS(take(out));
        if (piece.empty()) return {};
    }
}

/// "A/B" as Maildir++ has it: ".A.B" in modified UTF-7. A dot within a level is shifted as well,
/// since it would read as another level, or lead out of the directory.
std::string maildir_folder(const std::string& name) {
    std::string folder = ".";
    for (const char c : imap::encode_mutf7(name)) {
        if (c == '.') {
            folder += kShiftedDot;
        } else {
            folder += c == '/' ? '.' : c;
        }
    }
    return folder;
}

std::string maildir_flags(const MessageRow& row, std::size_t keyword_count) {
    std::string letters;
    if ((row.flags & kFlagDraft) != 0) letters += 'D';
    if ((row.flags & kFlagFlagged) != 0) letters += 'F';
    if ((row.flags & kFlagAnswered) != 0) letters += 'R';
    if ((row.flags & kFlagSeen) != 0) letters += 'S';
    if ((row.flags & kFlagDeleted) != 0) letters += 'T';
    for (std::size_t i = 0; i < std::min<std::size_t>(keyword_count, 26); ++i) {
        if ((row.keywords >> i & 1) != 0) letters += static_cast<char>('a' + i);
    }
    return letters;
}

Status set_file_time(const std::string& path, std::int64_t seconds) {
    const std::array<timespec, 2> times{timespec{seconds, 0}, timespec{seconds, 0}};
    if (utimensat(AT_FDCWD, path.c_str(), times.data(), 0) == 0) return {};
    return fail(Errc::io, path + ": " + std::strerror(errno));
}

Status export_maildir(Runtime& runtime, Account& account, const NameEntry& entry,
                      const std::string& root) {
    const std::string directory =
        entry.name == "INBOX" ? root : root + "/" + maildir_folder(entry.name);
    for (const char* sub : {"/cur", "/new", "/tmp"}) {
        LOAM_TRY_STATUS(make_directory(directory + sub));
    }
    LOAM_TRY(const auto mailbox, runtime.run(account.open_mailbox(*entry.mailbox)));
    const MailboxRow row = mailbox->row();
    std::ofstream keywords(directory + "/dovecot-keywords");
    for (std::size_t i = 0; i < std::min<std::size_t>(row.keywords.size(), 26); ++i) {
        keywords << i << ' ' << row.keywords[i] << '\n';
    }
    for (const MessageRow& message :
         std::vector(mailbox->messages().begin(), mailbox->messages().end())) {
        const std::string name = std::to_string(message.internal_date_s) + ".U" +
                                 std::to_string(message.uid.value) + "V" +
                                 std::to_string(row.uidvalidity) + ".loam";
        const std::string made = directory + "/tmp/" + name;
        std::ofstream file(made, std::ios::binary);
        LOAM_TRY_STATUS(read_message(runtime, account, message, [&](std::string_view octets) {
            return write_all(file, octets, made);
        }));
        file.close();
        if (!file) return fail(Errc::io, made + ": cannot be written");
        LOAM_TRY_STATUS(set_file_time(made, message.internal_date_s));
        const std::string final_name =
            directory + "/cur/" + name + ":2," + maildir_flags(message, row.keywords.size());
        if (std::rename(made.c_str(), final_name.c_str()) != 0) {
            return fail(Errc::io, final_name + ": " + std::strerror(errno));
        }
    }
    return {};
}

std::string from_line(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm utc{};
    gmtime_r(&time, &utc);
    std::array<char, 64> date{};
    const std::size_t size = std::strftime(date.data(), date.size(), "%a %b %e %H:%M:%S %Y", &utc);
    return "From MAILER-DAEMON " + std::string(date.data(), size) + "\n";
}

/// A name as a path below the directory: a level "." or ".." would lead out of it, so its dots are
/// spelled out.
std::string mbox_path(const std::string& name) {
    std::string path;
    for (std::size_t at = 0; at <= name.size();) {
        const std::size_t end = std::min(name.find('/', at), name.size());
        std::string level = name.substr(at, end - at);
        if (level == "." || level == "..") level = "%" + level;
        path += "/" + level;
        at = end + 1;
    }
    return path + ".mbox";
}

Status export_mbox(Runtime& runtime, Account& account, const NameEntry& entry,
                   const std::string& root) {
    const std::string path = root + mbox_path(entry.name);
    LOAM_TRY_STATUS(make_directory(fs::path(path).parent_path().string()));
    LOAM_TRY(const auto mailbox, runtime.run(account.open_mailbox(*entry.mailbox)));
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    for (const MessageRow& message :
         std::vector(mailbox->messages().begin(), mailbox->messages().end())) {
        LOAM_TRY_STATUS(write_all(file, from_line(message.internal_date_s), path));
        MboxQuoting quote(MboxQuoting::Way::quote);
        std::string quoted;
        char last = '\n';
        LOAM_TRY_STATUS(read_message(runtime, account, message, [&](std::string_view octets) {
            quoted.clear();
            quote.feed(octets, quoted);
            if (octets.empty()) quote.finish(quoted);
            if (!quoted.empty()) last = quoted.back();
            return write_all(file, quoted, path);
        }));
        LOAM_TRY_STATUS(write_all(file, last == '\n' ? "\n" : "\n\n", path));
    }
    file.close();
    if (!file) return fail(Errc::io, path + ": cannot be written");
    return {};
}

struct ExportArguments {
    std::string user;
    std::string kind;
    std::string directory;
};

Result<int> run_export(Runtime& runtime, Store& store, const ExportArguments& arguments) {
    LOAM_TRY(const UserInfo user, runtime.run(store.find_user(runtime.loop(), arguments.user)));
    LOAM_TRY(const AccountHandle account, runtime.run(store.account(user.account)));
    LOAM_TRY_STATUS(make_directory(arguments.directory));
    std::uint64_t messages = 0;
    for (const NameEntry& entry : account->names()) {
        if (!entry.mailbox) continue;
        const auto one = arguments.kind == "maildir" ? export_maildir : export_mbox;
        LOAM_TRY_STATUS(one(runtime, *account, entry, arguments.directory));
        messages += account->mailbox_row(*entry.mailbox)->exists;
    }
    std::printf("exported %llu messages\n", static_cast<unsigned long long>(messages));
    return kExitFine;
}

}  // namespace

void add_export_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* exporting = app.add_subcommand(
        "export",
        "write an account's mail to files, with LF line ends: maildir (Maildir++, with flags and "
        "dates) or mbox "
        "(mboxrd, one file a mailbox; no header fields are added, so flags are not in it)");
    auto arguments = std::make_shared<ExportArguments>();  // shared: the options fill it, the
                                                           // callback reads it later
    exporting->add_option("--user", arguments->user, "whose account")->required();
    exporting->add_option("KIND", arguments->kind, "maildir or mbox")
        ->required()
        ->check(CLI::IsMember({"maildir", "mbox"}));
    exporting->add_option("DIR", arguments->directory, "where to; made if need be")->required();
    exporting->callback([arguments, &options, &status] {
        status = with_store(options, false, [&](Runtime& runtime, Store& store) {
            return run_export(runtime, store, *arguments);
        });
    });
}

}  // namespace loam::tool
