// loam export: an account's mail as Maildir++ or as mboxes.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <span>
#include <sys/stat.h>

#include "engine/api/account.h"
#include "imapd/wire/chars.h"
#include "imapd/wire/mutf7.h"
#include "tools/loam/command.h"
#include "tools/loam/line_filter.h"
#include "tools/loam/mail_files.h"

namespace loam::tool {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kUidDigits = 10;

struct ExportArguments {
    std::string user;
    std::string kind;
    std::string directory;
    bool keep_line_ends = false;
};

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

/// Which keyword of a mailbox has which letter: the first of those that some message has. None for
/// the rest.
std::vector<std::optional<char>> keyword_letters(std::span<const MessageRow> messages,
                                                 std::size_t keywords) {
    std::uint64_t used = 0;
    for (const MessageRow& message : messages)
        used |= message.keywords;
    std::vector<std::optional<char>> letters(keywords);
    char next = 'a';
    for (std::size_t i = 0; i < keywords; ++i) {
        if ((used >> i & 1) != 0 && next <= 'z') letters[i] = next++;
    }
    return letters;
}

Status set_file_time(const std::string& path, std::int64_t seconds) {
    const std::array<timespec, 2> times{timespec{seconds, 0}, timespec{seconds, 0}};
    if (utimensat(AT_FDCWD, path.c_str(), times.data(), 0) == 0) return {};
    return fail(Errc::io, path + ": " + std::strerror(errno));
}

/// Writes the mailboxes of one account below a directory. Messages that cannot be read are told,
/// counted and left out. Lifetime: borrows everything.
class Exporter {
  public:
    Exporter(Runtime& runtime, Account& account, const ExportArguments& arguments)
        : runtime_(runtime), account_(account), arguments_(arguments) {}

    /// Errors: what cannot be written.
    Status maildir(const Mailbox& mailbox);
    Status mbox(const Mailbox& mailbox);
    /// Tells, and counts, what is not exported.
    void skip(const std::string& what, const std::string& why);

    std::uint64_t exported = 0;
    std::uint64_t skipped = 0;
    std::uint64_t without_keywords = 0;
    std::uint64_t bare_lf = 0;

  private:
    using Take = std::function<Status(std::string_view)>;
    enum class Read : std::uint8_t { whole, skipped };
    /// Streams a message into `take`, an empty piece at its end. Errors: those of `take`.
    Result<Read> read(const Mailbox& mailbox, const MessageRow& message, const Take& take);
    Status stream(const MessageRow& message, const Take& take);
    std::string maildir_flags(const MessageRow& message, const MailboxRow& row,
                              const std::vector<std::optional<char>>& letters);
    Status maildir_message(const Mailbox& mailbox, const MessageRow& message,
                           const std::string& directory,
                           const std::vector<std::optional<char>>& letters);
    Status mbox_message(const Mailbox& mailbox, const MessageRow& message, std::ofstream& file,
                        const std::string& path);

    Runtime& runtime_;
    Account& account_;
    const ExportArguments& arguments_;
};

void Exporter::skip(const std::string& what, const std::string& why) {
    std::fprintf(stderr, "loam: skipped %s: %s\n", what.c_str(), why.c_str());
    ++skipped;
}

Status Exporter::stream(const MessageRow& message, const Take& take) {
    LOAM_TRY(const auto reader, runtime_.run(account_.read_raw(message.cid, 0, message.size)));
    ToLf lf;
    std::string out;
    for (;;) {
        LOAM_TRY(const Bytes piece, runtime_.run(reader->next()));
        std::string_view octets = as_text(piece);
        if (!arguments_.keep_line_ends) {
            out.clear();
            if (piece.empty()) lf.finish(out);
            lf.feed(octets, out);
            octets = out;
        }
        if (!octets.empty()) {
            LOAM_TRY_STATUS(take(octets));
        }
        if (!piece.empty()) continue;
        if (lf.saw_bare_lf()) ++bare_lf;
        return take({});
    }
}

Result<Exporter::Read> Exporter::read(const Mailbox& mailbox, const MessageRow& message,
                                      const Take& take) {
    Status taken;
    const Status all = stream(message, [&](std::string_view octets) {
        taken = take(octets);
        return taken;
    });
    if (!taken) return taken.error();
    if (all) {
        ++exported;
        return Read::whole;
    }
    skip(mailbox.row().name + ", uid " + std::to_string(message.uid.value), all.error().what);
    return Read::skipped;
}

std::string Exporter::maildir_flags(const MessageRow& message, const MailboxRow& row,
                                    const std::vector<std::optional<char>>& letters) {
    std::string text;
    std::string keywords;
    bool forwarded = false;
    bool all = true;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if ((message.keywords >> i & 1) == 0) continue;
        const bool is_forwarded = imap::ascii_iequals(row.keywords[i], kForwarded);
        forwarded = forwarded || is_forwarded;
        if (letters[i]) keywords += *letters[i];
        all = all && (letters[i] || is_forwarded);
    }
    if (!all) ++without_keywords;
    // In the order of ASCII, as readers want them.
    if ((message.flags & kFlagDraft) != 0) text += 'D';
    if ((message.flags & kFlagFlagged) != 0) text += 'F';
    if (forwarded) text += 'P';
    if ((message.flags & kFlagAnswered) != 0) text += 'R';
    if ((message.flags & kFlagSeen) != 0) text += 'S';
    if ((message.flags & kFlagDeleted) != 0) text += 'T';
    return text + keywords;
}

Status Exporter::maildir_message(const Mailbox& mailbox, const MessageRow& message,
                                 const std::string& directory,
                                 const std::vector<std::optional<char>>& letters) {
    const MailboxRow& row = mailbox.row();
    // Readers take messages in the order of the names: those of one second in that of their uids.
    const std::string uid = std::to_string(message.uid.value);
    const std::string name = std::to_string(message.internal_date_s) + ".U" +
                             std::string(kUidDigits - uid.size(), '0') + uid + "V" +
                             std::to_string(row.uidvalidity) + ".loam";
    const std::string made = directory + "/tmp/" + name;
    std::ofstream file(made, std::ios::binary);
    LOAM_TRY(const Read outcome, read(mailbox, message, [&](std::string_view octets) {
                 return write_all(file, octets, made);
             }));
    file.close();
    if (!file) return fail(Errc::io, made + ": cannot be written");
    if (outcome == Read::skipped) {
        if (std::remove(made.c_str()) == 0) return {};
        return fail(Errc::io, made + ": " + std::strerror(errno));
    }
    LOAM_TRY_STATUS(set_file_time(made, message.internal_date_s));
    const std::string final_name =
        directory + "/cur/" + name + ":2," + maildir_flags(message, row, letters);
    if (std::rename(made.c_str(), final_name.c_str()) == 0) return {};
    return fail(Errc::io, final_name + ": " + std::strerror(errno));
}

Status Exporter::maildir(const Mailbox& mailbox) {
    const MailboxRow& row = mailbox.row();
    const std::string& root = arguments_.directory;
    const std::string directory =
        row.name == "INBOX" ? root : root + "/" + maildir_folder(row.name);
    for (const char* sub : {"/cur", "/new", "/tmp"}) {
        if (const Status made = make_directory(directory + sub); !made) {
            skip(row.name, made.error().what);
            return {};
        }
    }
    const std::vector<MessageRow> messages(mailbox.messages().begin(), mailbox.messages().end());
    const auto letters = keyword_letters(messages, row.keywords.size());
    std::ofstream keywords(directory + "/dovecot-keywords");
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (letters[i]) keywords << *letters[i] - 'a' << ' ' << row.keywords[i] << '\n';
    }
    keywords.close();
    if (!keywords) return fail(Errc::io, directory + "/dovecot-keywords: cannot be written");
    for (const MessageRow& message : messages) {
        LOAM_TRY_STATUS(maildir_message(mailbox, message, directory, letters));
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

Status Exporter::mbox_message(const Mailbox& mailbox, const MessageRow& message,
                              std::ofstream& file, const std::string& path) {
    const auto start = file.tellp();
    LOAM_TRY_STATUS(write_all(file, from_line(message.internal_date_s), path));
    MboxQuoting quote(MboxQuoting::Way::quote);
    std::string quoted;
    char last = '\n';
    LOAM_TRY(const Read outcome, read(mailbox, message, [&](std::string_view octets) {
                 quoted.clear();
                 quote.feed(octets, quoted);
                 if (octets.empty()) quote.finish(quoted);
                 if (!quoted.empty()) last = quoted.back();
                 return write_all(file, quoted, path);
             }));
    if (outcome == Read::whole) return write_all(file, last == '\n' ? "\n" : "\n\n", path);
    // Half a message is none.
    file.flush();
    std::error_code error;
    fs::resize_file(path, static_cast<std::uintmax_t>(start), error);
    file.seekp(start);
    if (error || !file) return fail(Errc::io, path + ": cannot be cut");
    return {};
}

Status Exporter::mbox(const Mailbox& mailbox) {
    const std::string& name = mailbox.row().name;
    const std::string path = arguments_.directory + mbox_path(name);
    std::ofstream file;
    Status made = make_directory(fs::path(path).parent_path().string());
    if (made) {
        file.open(path, std::ios::binary | std::ios::trunc);
        if (!file) made = fail(Errc::io, path + ": " + std::strerror(errno));
    }
    if (!made) {
        skip(name, made.error().what);
        return {};
    }
    const std::vector<MessageRow> messages(mailbox.messages().begin(), mailbox.messages().end());
    for (const MessageRow& message : messages) {
        LOAM_TRY_STATUS(mbox_message(mailbox, message, file, path));
    }
    file.close();
    if (!file) return fail(Errc::io, path + ": cannot be written");
    return {};
}

int report(const Exporter& exporter) {
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    std::printf("exported %llu messages", number(exporter.exported));
    if (exporter.skipped > 0) std::printf(", skipped %llu", number(exporter.skipped));
    if (exporter.without_keywords > 0)
        std::printf(", %llu without some of their keywords", number(exporter.without_keywords));
    std::printf("\n");
    if (exporter.bare_lf > 0) {
        std::fprintf(stderr,
                     "loam: %llu messages hold an LF without a CR, which these files cannot tell "
                     "from a line end: see --keep-line-ends\n",
                     number(exporter.bare_lf));
    }
    return exporter.skipped + exporter.without_keywords == 0 ? kExitFine : kExitFindings;
}

Result<int> run_export(Runtime& runtime, Store& store, const ExportArguments& arguments) {
    LOAM_TRY(const UserInfo user, runtime.run(store.find_user(runtime.loop(), arguments.user)));
    LOAM_TRY(const AccountHandle account, runtime.run(store.account(user.account)));
    LOAM_TRY_STATUS(make_directory(arguments.directory));
    Exporter exporter(runtime, *account, arguments);
    for (const NameEntry& entry : account->names()) {
        if (!entry.mailbox) continue;
        const auto mailbox = runtime.run(account->open_mailbox(*entry.mailbox));
        if (!mailbox) {
            exporter.skip(entry.name, mailbox.error().what);
            continue;
        }
        const bool maildir = arguments.kind == "maildir";
        LOAM_TRY_STATUS(maildir ? exporter.maildir(**mailbox) : exporter.mbox(**mailbox));
    }
    return report(exporter);
}

constexpr const char* kExportHelp =
    "write an account's mail to files. Exit status: 0 all is written, 1 something was left out, "
    "since it cannot be read or named, 2 could not run";
constexpr const char* kExportFooter =
    "maildir  Maildir++, with flags in file names and dates of files. The first 26 keywords of a "
    "mailbox get letters, which dovecot-keywords names; $Forwarded gets P as well.\n"
    "mbox     mboxrd, one file a mailbox. No header fields are added, so flags are not in it; a "
    "message without a line end at its end gets one.\n"
    "Line ends become LF where an import makes of that what was there.";

}  // namespace

void add_export_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* exporting = app.add_subcommand("export", kExportHelp);
    exporting->footer(kExportFooter);
    auto arguments = std::make_shared<ExportArguments>();  // shared: the options fill it, the
                                                           // callback reads it later
    exporting->add_option("--user", arguments->user, "whose account")->required();
    exporting->add_option("KIND", arguments->kind, "maildir or mbox")
        ->required()
        ->check(CLI::IsMember({"maildir", "mbox"}));
    exporting->add_option("DIR", arguments->directory, "where to; made if need be")->required();
    exporting->add_flag("--keep-line-ends", arguments->keep_line_ends,
                        "write all octets as they are; import with the same flag");
    exporting->callback([arguments, &options, &status] {
        status = with_store(options, false, [&](Runtime& runtime, Store& store) {
            return run_export(runtime, store, *arguments);
        });
    });
}

}  // namespace loam::tool
