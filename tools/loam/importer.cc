#include "tools/loam/importer.h"

#include <algorithm>
#include <cstdio>
#include <tuple>
#include <utility>

#include "engine/base/limits.h"
#include "imapd/wire/chars.h"
#include "imapd/wire/flags.h"

namespace loam::tool {

namespace {

/// Is the store itself in trouble, so that the next message would fare no better?
bool stops_import(Errc code) {
    return code == Errc::io || code == Errc::closed || code == Errc::no_room || code == Errc::busy;
}

/// Names for a person's terminal, whatever they hold.
std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += ' ';
        for (const char c : name)
            text += c >= ' ' && c <= '~' ? c : '?';
    }
    return text;
}

}  // namespace

std::vector<std::string> fit_keywords(std::vector<std::string>& keywords,
                                      std::vector<std::string>& known) {
    std::vector<std::string> left_out;
    for (std::string& name : std::exchange(keywords, {})) {
        const bool known_already = std::ranges::any_of(
            known, [&](const std::string& one) { return imap::ascii_iequals(one, name); });
        const bool fits = known_already || known.size() < kKeywordsMax;
        if (!fits || !imap::check_keyword(name)) {
            left_out.push_back(std::move(name));
            continue;
        }
        if (!known_already) known.push_back(name);
        keywords.push_back(std::move(name));
    }
    return left_out;
}

void Importer::skip(const std::string& what, const std::string& why) {
    std::fprintf(stderr, "loam: skipped %s: %s\n", what.c_str(), why.c_str());
    ++skipped;
}

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
    const Status whole = read_item(item, line_ends_, [&](std::string_view octets_read) {
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
    if (const auto sent = loaded.upload->date(); item.date_of_file && sent)
        std::tie(loaded.internal_date_s, loaded.internal_zone_min) = *sent;
    return loaded;
}

Status Importer::append(const std::string& name, std::span<const MailItem* const> items,
                        std::vector<AppendItem> appended) {
    LOAM_TRY(const MailboxId mailbox, mailbox_id(name));
    const MailboxRow row = *account_.mailbox_row(mailbox);
    std::vector<ImportJournal::Entry> entries;
    std::vector<std::string> known_keywords = row.keywords;
    std::vector<std::string> told;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::uint64_t size = appended[i].upload->size();
        entries.push_back({items[i]->id(), {size, appended[i].internal_date_s}});
        bytes += size;
        const auto left_out = fit_keywords(appended[i].keywords, known_keywords);
        if (!left_out.empty())
            told.push_back(items[i]->id() + ": keywords left out:" + listed(left_out));
    }
    LOAM_TRY_STATUS(journal_.begin(name, {row.uidvalidity, row.uidnext}, entries));
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
    for (const std::string& what : told)
        std::fprintf(stderr, "loam: %s\n", what.c_str());
    without_keywords += told.size();
    imported += items.size();
    octets += bytes;
    return {};
}

Status Importer::put_alone(const std::string& mailbox, const MailItem& item) {
    auto loaded = load(item);
    Status put = loaded ? Status::good() : Status(loaded.error());
    if (loaded) {
        const MailItem* const items[] = {&item};
        std::vector<AppendItem> alone;
        alone.push_back(*std::move(loaded));
        put = append(mailbox, items, std::move(alone));
    }
    if (put || stops_import(put.error().code)) return put;
    skip(item.id(), put.error().what);
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
        LOAM_TRY_STATUS(put_alone(mailbox, *item));
    }
    return {};
}

}  // namespace loam::tool
