// loam import: mail from Maildirs, mboxes and single files into an account.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "engine/api/account.h"
#include "imapd/wire/mailbox_name.h"
#include "tools/loam/command.h"
#include "tools/loam/import_journal.h"
#include "tools/loam/mail_files.h"
#include "tools/loam/progress.h"

namespace loam::tool {

namespace {

/// Messages and octets that one transaction takes together.
constexpr std::size_t kBatchMessages = 64;
constexpr std::uint64_t kBatchBytes = 4U << 20;

struct ImportArguments {
    std::string user;
    std::string mailbox;
    std::string kind;
    std::vector<std::string> paths;
    std::string journal;
    bool restart = false;
};

/// Is the store itself in trouble, so that the next message would fare no better?
bool stops_import(Errc code) {
    return code == Errc::io || code == Errc::closed || code == Errc::no_room || code == Errc::busy;
}

class Importer {
  public:
    Importer(Runtime& runtime, Account& account, ImportJournal& journal, Progress& progress)
        : runtime_(runtime), account_(account), journal_(journal), progress_(progress) {}

    /// Puts items of one mailbox in, all or, where some are refused, those that are taken one by
    /// one.
    Status put(const std::string& mailbox, std::span<const MailItem* const> items);

    std::uint64_t imported = 0;
    std::uint64_t octets = 0;
    std::uint64_t skipped = 0;
    std::uint64_t known = 0;
    void skip(const std::string& what, const std::string& why) {
        std::fprintf(stderr, "loam: skipped %s: %s\n", what.c_str(), why.c_str());
        ++skipped;
    }

  private:
    Result<MailboxId> mailbox_id(const std::string& name);
    Result<AppendItem> load(const MailItem& item);
    Status append(const std::string& name, std::span<const MailItem* const> items,
                  std::vector<AppendItem> appended);

    Runtime& runtime_;
    Account& account_;
    ImportJournal& journal_;
    Progress& progress_;
};

Result<MailboxId> Importer::mailbox_id(const std::string& name) {
    if (const auto found = account_.find_mailbox(name)) return *found;
    LOAM_TRY(const MailboxId made, runtime_.run(account_.create_mailbox(name, "")));
    LOAM_TRY_STATUS(runtime_.run(account_.set_subscribed(name, true)));
    return made;
}

Result<AppendItem> Importer::load(const MailItem& item) {
    AppendItem loaded;
    LOAM_TRY(loaded.upload, account_.begin_upload(item.bytes));
    Status stored;
    const Status whole = read_item(item, [&](std::string_view octets_read) {
        stored = runtime_.run(loaded.upload->write(as_bytes(octets_read)));
        return stored;
    });
    if (!stored) return stored.error();
    // A file that cannot be read is no failure of the store, which would stop the import.
    if (!whole) return fail(Errc::invalid, whole.error().what);
    LOAM_TRY_STATUS(runtime_.run(loaded.upload->finish()));
    loaded.flags = item.flags;
    loaded.keywords = item.keywords;
    loaded.internal_date_s = item.date_s;
    return loaded;
}

Status Importer::append(const std::string& name, std::span<const MailItem* const> items,
                        std::vector<AppendItem> appended) {
    LOAM_TRY(const MailboxId mailbox, mailbox_id(name));
    const MailboxRow& row = *account_.mailbox_row(mailbox);
    std::vector<std::string> ids;
    std::uint64_t bytes = 0;
    for (const MailItem* item : items)
        ids.push_back(item->id());
    for (const AppendItem& item : appended)
        bytes += item.upload->size();
    LOAM_TRY_STATUS(journal_.begin(name, {row.uidvalidity, row.uidnext}, ids));
    const auto outcome = runtime_.run(account_.append(mailbox, std::move(appended)));
    if (!outcome) {
        // After io or closed nobody knows: the batch stays open, and the import stops.
        const bool refused =
            outcome.error().code != Errc::io && outcome.error().code != Errc::closed;
        if (refused) {
            LOAM_TRY_STATUS(journal_.failed());
        }
        return outcome.error();
    }
    LOAM_TRY_STATUS(journal_.end());
    imported += items.size();
    octets += bytes;
    return {};
}

Status Importer::put(const std::string& mailbox, std::span<const MailItem* const> items) {
    std::vector<const MailItem*> readable;
    std::vector<AppendItem> loaded;
    for (const MailItem* item : items) {
        auto one = load(*item);
        if (one) {
            readable.push_back(item);
            loaded.push_back(*std::move(one));
        } else {
            if (stops_import(one.error().code)) return one.error();
            skip(item->id(), one.error().what);
        }
        progress_.advance(1, item->bytes);
    }
    if (loaded.empty()) return {};
    const Status together = append(mailbox, readable, std::move(loaded));
    if (together || stops_import(together.error().code)) return together;
    for (const MailItem* item : readable) {
        auto again = load(*item);
        if (!again) {
            if (stops_import(again.error().code)) return again.error();
            skip(item->id(), again.error().what);
            continue;
        }
        std::vector<AppendItem> alone;
        alone.push_back(*std::move(again));
        const Status put_alone = append(mailbox, {&item, 1}, std::move(alone));
        if (put_alone) continue;
        if (stops_import(put_alone.error().code)) return put_alone;
        skip(item->id(), put_alone.error().what);
    }
    return {};
}

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

Result<int> run_import(Runtime& runtime, Store& store, const ImportArguments& arguments) {
    std::string root;
    if (!arguments.mailbox.empty()) {
        LOAM_TRY(root, imap::canonical_name(arguments.mailbox));
    }
    LOAM_TRY(const UserInfo user, runtime.run(store.find_user(runtime.loop(), arguments.user)));
    LOAM_TRY(const AccountHandle account, runtime.run(store.account(user.account)));
    const auto state_of = [&](const std::string& name) -> ImportJournal::MailboxState {
        const auto found = account->find_mailbox(name);
        if (!found) return {};
        const MailboxRow& row = *account->mailbox_row(*found);
        return {row.uidvalidity, row.uidnext};
    };
    LOAM_TRY(const std::string path, journal_path(arguments, store.options().path));
    LOAM_TRY(const auto journal, ImportJournal::open(path, arguments.restart, state_of));

    const MailItems found = find_items(arguments);
    std::uint64_t total = 0;
    for (const MailItem& item : found.items)
        total += journal->done(item.id()) ? 0 : item.bytes;
    Progress progress(total);
    Importer importer(runtime, *account, *journal, progress);
    for (const std::string& what : found.unreadable)
        importer.skip(what, "not read");
    LOAM_TRY_STATUS(import_all(importer, found.items, *journal, root));
    std::printf("imported %llu messages (%llu octets), already there %llu, skipped %llu\n",
                static_cast<unsigned long long>(importer.imported),
                static_cast<unsigned long long>(importer.octets),
                static_cast<unsigned long long>(importer.known),
                static_cast<unsigned long long>(importer.skipped));
    return importer.skipped == 0 ? kExitFine : kExitFindings;
}

}  // namespace

void add_import_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* import =
        app.add_subcommand("import",
                           "put mail from files into an account: maildir (Maildir++, with flags), "
                           "mbox (mboxrd), or eml (files, or "
                           "directories of them). An interrupted import goes on where it was. Exit "
                           "status: 0 all is in, 1 some was "
                           "skipped, 2 could not run");
    auto arguments = std::make_shared<ImportArguments>();  // shared: the options fill it, the
                                                           // callback reads it later
    import->add_option("--user", arguments->user, "whose account")->required();
    import->add_option("--mailbox", arguments->mailbox,
                       "where to; folders of a Maildir go below it. Default: INBOX");
    import->add_option("--journal", arguments->journal,
                       "where to remember what is in. Default: below ~/.local/state/loam");
    import->add_flag("--restart", arguments->restart, "forget what an earlier import remembered");
    import->add_option("KIND", arguments->kind, "maildir, mbox or eml")
        ->required()
        ->check(CLI::IsMember({"maildir", "mbox", "eml"}));
    import->add_option("PATH", arguments->paths, "what to read")->required();
    import->callback([arguments, &options, &status] {
        status = with_store(options, false, [&](Runtime& runtime, Store& store) {
            return run_import(runtime, store, *arguments);
        });
    });
}

}  // namespace loam::tool
