// loam import: mail from Maildirs, mboxes and single files into an account.
#include <cstdio>
#include <filesystem>
#include <utility>

#include "imapd/wire/mailbox_name.h"
#include "tools/loam/command.h"
#include "tools/loam/import_journal.h"
#include "tools/loam/import_target.h"
#include "tools/loam/importer.h"
#include "tools/loam/mail_files.h"
#include "tools/loam/progress.h"

namespace loam::tool {

namespace {

/// Messages and octets that one transaction takes together. More octets than these and the engine
/// would write each message by itself first, each with a wait for the disk.
constexpr std::size_t kBatchMessages = 64;
constexpr std::uint64_t kBatchBytes = 1U << 20;

struct ImportArguments {
    std::string user;
    std::string mailbox;
    std::string kind;
    std::vector<std::string> paths;
    std::string journal;
    bool restart = false;
    bool keep_line_ends = false;
};

MailItems find_items(const ImportArguments& arguments) {
    if (arguments.kind == "maildir") return find_maildir(arguments.paths);
    if (arguments.kind == "mbox") return find_mbox(arguments.paths);
    return find_eml(arguments.paths);
}

/// The mailbox of an item: its folder below the one that the user named.
std::string target_of(const MailItem& item, const std::string& root) {
    if (item.mailbox.empty()) return root.empty() ? "INBOX" : root;
    return root.empty() ? item.mailbox : root + "/" + item.mailbox;
}

Status import_all(Importer& importer, const std::vector<MailItem>& items,
                  const ImportJournal& journal, const std::string& root) {
    std::vector<const MailItem*> batch;
    std::uint64_t batch_bytes = 0;
    std::string mailbox;
    const auto flush = [&]() -> Status {
        const std::vector<const MailItem*> taken = std::exchange(batch, {});
        batch_bytes = 0;
        return taken.empty() ? Status::good() : importer.put(mailbox, taken);
    };
    for (const MailItem& item : items) {
        if (journal.done(item.id())) {
            ++importer.known;
            continue;
        }
        if (item.bytes == 0) {
            importer.skip(item.id(), "is empty");
            continue;
        }
        const std::string target = target_of(item, root);
        const bool full = batch.size() >= kBatchMessages || batch_bytes + item.bytes > kBatchBytes;
        if (full || target != mailbox) {
            LOAM_TRY_STATUS(flush());
        }
        mailbox = target;
        batch.push_back(&item);
        batch_bytes += item.bytes;
    }
    return flush();
}

Result<std::string> journal_path(const ImportArguments& arguments, const std::string& store) {
    if (!arguments.journal.empty()) return arguments.journal;
    std::error_code error;
    std::string purpose = std::filesystem::absolute(store, error).string() + "\n" + arguments.user +
                          "\n" + arguments.mailbox + "\n" + arguments.kind;
    for (const std::string& path : arguments.paths) {
        purpose += "\n" + std::filesystem::absolute(path, error).string();
    }
    return ImportJournal::default_path(purpose);
}

Result<std::unique_ptr<ImportJournal>> open_journal(Runtime& runtime, admin::ImportTarget& target,
                                                    const std::string& path, bool restart) {
    ImportJournal::Witness witness;
    witness.state_of = [&](const std::string& name) {
        return runtime.run(target.mailbox(name, false));
    };
    witness.message_at = [&](const std::string& name, Uid uid) {
        return runtime.run(target.look(name, uid));
    };
    return ImportJournal::open(path, restart, witness);
}

int report(const Importer& importer) {
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    std::printf("imported %llu messages (%llu octets), already there %llu, skipped %llu",
                number(importer.imported), number(importer.octets), number(importer.known),
                number(importer.skipped));
    if (importer.without_keywords > 0)
        std::printf(", %llu without some of their keywords", number(importer.without_keywords));
    std::printf("\n");
    return importer.skipped + importer.without_keywords == 0 ? kExitFine : kExitFindings;
}

Result<int> import_found(Runtime& runtime, admin::ImportTarget& target, const MailItems& found,
                         const ImportArguments& arguments, const std::string& root,
                         const std::string& store) {
    LOAM_TRY(const std::string path, journal_path(arguments, store));
    LOAM_TRY(const auto journal, open_journal(runtime, target, path, arguments.restart));
    std::uint64_t total = 0;
    for (const MailItem& item : found.items)
        total += journal->done(item.id()) ? 0 : item.bytes;
    Progress progress(total);
    const LineEnds line_ends = arguments.keep_line_ends ? LineEnds::keep : LineEnds::crlf;
    Importer importer(runtime, target, *journal, line_ends, progress);
    for (const std::string& what : found.unreadable)
        importer.skip(what, "not read");
    LOAM_TRY_STATUS(import_all(importer, found.items, *journal, root));
    return report(importer);
}

// The files are found first: a server does not wait long for somebody who asks nothing.
Result<int> run_import(const Options& options, const ImportArguments& arguments) {
    std::string root;
    if (!arguments.mailbox.empty()) {
        LOAM_TRY(root, imap::canonical_name(arguments.mailbox));
    }
    const MailItems found = find_items(arguments);
    LOAM_TRY(const auto runtime, Runtime::start());
    LOAM_TRY(const auto opened, OpenTarget::open(*runtime, options, arguments.user));
    Result<int> status =
        import_found(*runtime, opened->target(), found, arguments, root, options.store);
    const Status closed = opened->close();
    if (status && !closed) return closed.error();
    return status;
}

constexpr const char* kImportHelp =
    "put mail from files into an account, beside a running server too. An interrupted import goes "
    "on where it was. Exit status: "
    "0 all is in, 1 something was left out, 2 could not run";
constexpr const char* kImportFooter =
    "maildir  Maildir++. Flags are those of the file names, keywords those of dovecot-keywords "
    "(and "
    "$Forwarded for the letter P), dates those of the files.\n"
    "mbox     mboxrd. Flags and keywords are those of the fields Status, X-Status and X-Keywords, "
    "which stay in the message as all its octets do; dates are those of the From_ lines, else of "
    "the fields Date, else of the file.\n"
    "eml      files, or directories of them. Dates are those of the files; a From_ line at the "
    "front is left out.\n"
    "Line ends become CRLF; a CR before an LF stays. Keywords that IMAP does not know, or that a "
    "mailbox has no room for, are left out and told.";

}  // namespace

void add_import_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* import = app.add_subcommand("import", kImportHelp);
    import->footer(kImportFooter);
    auto arguments = std::make_shared<ImportArguments>();  // shared: the options fill it, the
                                                           // callback reads it later
    import->add_option("--user", arguments->user, "whose account")->required();
    import->add_option("--mailbox", arguments->mailbox,
                       "where to; folders of a Maildir go below it. Default: INBOX");
    import->add_option("--journal", arguments->journal,
                       "where to remember what is in. Default: below ~/.local/state/loam");
    import->add_flag("--restart", arguments->restart, "forget what an earlier import remembered");
    import->add_flag("--keep-line-ends", arguments->keep_line_ends,
                     "take all octets as they are: for what was exported so");
    import->add_option("KIND", arguments->kind, "maildir, mbox or eml")
        ->required()
        ->check(CLI::IsMember({"maildir", "mbox", "eml"}));
    import->add_option("PATH", arguments->paths, "what to read")->required();
    import->callback([arguments, &options, &status] {
        const Result<int> done = run_import(options, *arguments);
        if (!done) complain(done.error());
        status = done.value_or(kExitFailed);
    });
}

}  // namespace loam::tool
