// loam restore: a whole store out of a backup, or mail of one user beside what is there now.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <limits>
#include <optional>

#include "engine/base/bytes.h"
#include "engine/check/backup.h"
#include "engine/check/past_store.h"
#include "tools/loam/command.h"
#include "tools/loam/status_line.h"

namespace loam::tool {

namespace {

struct Flags {
    std::string from;
    std::string user;
    std::string mailbox;
    std::string at;
    std::string into = "Restored";
};

/// "2026-11-24T10:00:00Z" to the end of that second, microseconds since 1970.
std::optional<std::int64_t> parse_utc(const std::string& text) {
    std::tm parts{};
    const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return std::int64_t{timegm(&parts)} * 1'000'000 + 999'999;
}

/// Appends the messages of one mailbox of the past to one of now.
class MailRestorer {
  public:
    MailRestorer(Runtime& runtime, check::PastStore& past, AccountId then, Account& now)
        : runtime_(runtime), past_(past), then_(then), now_(now) {}

    Status restore(const std::pair<MailboxId, MailboxRow>& mailbox, const std::string& into) {
        LOAM_TRY_STATUS(make_parents(into));
        LOAM_TRY(const MailboxId target, runtime_.run(now_.create_mailbox(into, "")));
        LOAM_TRY(const auto rows, past_.messages(then_, mailbox.first));
        for (const MessageRow& row : rows) {
            const Status restored = restore_message(row, mailbox.second.keywords, target);
            if (restored) {
                ++messages;
                continue;
            }
            if (restored.error().code != Errc::corrupt) return restored;
            std::fprintf(stderr, "loam: skipped %s, uid %u: %s\n", mailbox.second.name.c_str(),
                         row.uid.value, restored.error().what.c_str());
            ++skipped;
        }
        ++mailboxes;
        return {};
    }

    std::uint64_t mailboxes = 0;
    std::uint64_t messages = 0;
    std::uint64_t skipped = 0;

  private:
    Status make_parents(const std::string& name) {
        for (std::size_t at = name.find('/'); at != std::string::npos;
             at = name.find('/', at + 1)) {
            const std::string parent = name.substr(0, at);
            if (now_.find_mailbox(parent)) continue;
            LOAM_TRY_STATUS(runtime_.run(now_.create_mailbox(parent, "")));
        }
        return {};
    }
    Status restore_message(const MessageRow& row, const std::vector<std::string>& keywords,
                           MailboxId target) {
        LOAM_TRY(auto upload, now_.begin_upload(row.size));
        const auto take = [&upload](Bytes piece) { return upload->write(piece); };
        LOAM_TRY_STATUS(runtime_.run(past_.read(then_, row.cid, take)));
        LOAM_TRY_STATUS(runtime_.run(upload->finish()));
        std::vector<AppendItem> items(1);
        items[0].upload = std::move(upload);
        items[0].flags = row.flags;
        items[0].internal_date_s = row.internal_date_s;
        items[0].internal_zone_min = row.internal_zone_min;
        for (std::size_t i = 0; i < keywords.size(); ++i) {
            if ((row.keywords >> i & 1) != 0) items[0].keywords.push_back(keywords[i]);
        }
        LOAM_TRY_STATUS(runtime_.run(now_.append(target, std::move(items))));
        return {};
    }

    Runtime& runtime_;
    check::PastStore& past_;
    const AccountId then_;
    Account& now_;
};

Result<int> restore_user(Runtime& runtime, Store& store, check::PastStore& past,
                         const Flags& flags) {
    LOAM_TRY(const AccountId then, past.user(flags.user));
    LOAM_TRY(const UserInfo user, runtime.run(store.find_user(runtime.loop(), flags.user)));
    LOAM_TRY(const AccountHandle account, runtime.run(store.account(user.account)));
    if (account->find_mailbox(flags.into))
        return fail(Errc::exists, "there is a mailbox " + flags.into + ": --into names another");
    LOAM_TRY(auto mailboxes, past.mailboxes(then));
    std::ranges::sort(mailboxes, {}, [](const auto& entry) { return entry.second.name; });
    MailRestorer restorer(runtime, past, then, *account);
    for (const auto& mailbox : mailboxes) {
        const std::string& name = mailbox.second.name;
        if (!flags.mailbox.empty() && name != flags.mailbox) continue;
        const std::string into = flags.mailbox.empty() ? flags.into + "/" + name : flags.into;
        LOAM_TRY_STATUS(restorer.restore(mailbox, into));
    }
    if (restorer.mailboxes == 0) return fail(Errc::not_found, "there was no such mailbox");
    std::printf("restored %llu messages of %llu mailboxes below %s, skipped %llu\n",
                static_cast<unsigned long long>(restorer.messages),
                static_cast<unsigned long long>(restorer.mailboxes), flags.into.c_str(),
                static_cast<unsigned long long>(restorer.skipped));
    return restorer.skipped == 0 ? kExitFine : kExitFindings;
}

Result<int> restore_mail(const Options& options, const Flags& flags) {
    std::int64_t until = std::numeric_limits<std::int64_t>::max();
    if (!flags.at.empty()) {
        const auto parsed = parse_utc(flags.at);
        if (!parsed) return fail(Errc::invalid, "--at is a time such as 2026-11-24T10:00:00Z");
        until = *parsed;
    }
    return with_store(options, false, [&](Runtime& runtime, Store& store) -> Result<int> {
        auto opening = check::PastStore::open(runtime.disk(), flags.from, until);
        LOAM_TRY(const auto past, runtime.run(std::move(opening)));
        return restore_user(runtime, store, *past, flags);
    });
}

Result<int> restore_store(const Options& options, const Flags& flags) {
    if (!flags.at.empty() || !flags.mailbox.empty())
        return fail(Errc::invalid, "--at and --mailbox want --user");
    LOAM_TRY(const auto runtime, Runtime::start());
    StatusLine line;
    auto restoring = check::restore(flags.from, options.store, line.hearer(), runtime->disk());
    LOAM_TRY(const auto report, runtime->run(std::move(restoring)));
    line.clear();
    std::printf("restored %llu accounts with %llu messages\n",
                static_cast<unsigned long long>(report.accounts),
                static_cast<unsigned long long>(report.messages));
    return kExitFine;
}

}  // namespace

void add_restore_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* restore = app.add_subcommand(
        "restore",
        "make a new store out of a backup; or, with --user, put a user's mail as it was "
        "into new mailboxes beside what is there");
    auto flags =
        std::make_shared<Flags>();  // shared: the flags fill it, the callback reads it later
    restore->add_option("DIR", flags->from, "the backup; with --user also the store itself")
        ->required();
    restore->add_option("--user", flags->user, "only this user's mail");
    restore->add_option("--mailbox", flags->mailbox, "only this mailbox");
    restore->add_option("--at", flags->at, "as it was then, such as 2026-11-24T10:00:00Z");
    restore->add_option("--into", flags->into, "the mailbox to be made for it")
        ->capture_default_str();
    restore->callback([flags, &options, &status] {
        const Result<int> ended =
            flags->user.empty() ? restore_store(options, *flags) : restore_mail(options, *flags);
        if (!ended) complain(ended.error());
        status = ended.value_or(kExitFailed);
    });
}

}  // namespace loam::tool
