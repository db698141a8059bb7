#include "tools/loam/importer.h"

#include <cstdio>

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

void Importer::skip(const std::string& what, const std::string& why) {
    std::fprintf(stderr, "loam: skipped %s: %s\n", what.c_str(), why.c_str());
    ++skipped;
}

Result<admin::ImportedMessage> Importer::load(const MailItem& item) {
    LOAM_TRY_STATUS(runtime_.run(target_.begin({.size = item.bytes,
                                                .flags = item.flags,
                                                .keywords = item.keywords,
                                                .date_s = item.date_s,
                                                .date_of_field = item.date_of_file})));
    Status stored;
    const Status whole = read_item(item, line_ends_, [&](std::string_view octets_read) {
        stored = runtime_.run(target_.write(as_bytes(octets_read)));
        return stored;
    });
    if (whole) return runtime_.run(target_.finish());
    runtime_.run(target_.abandon());
    if (!stored) return stored.error();
    // A file that cannot be read is no failure of the store, which would stop the import.
    return fail(Errc::invalid, whole.error().what);
}

Status Importer::append(const std::string& name, std::span<const MailItem* const> items,
                        const std::vector<admin::ImportedMessage>& loaded) {
    LOAM_TRY(const admin::ImportMailbox before, runtime_.run(target_.mailbox(name, true)));
    std::vector<ImportJournal::Entry> entries;
    for (std::size_t i = 0; i < items.size(); ++i)
        entries.push_back({items[i]->id(), loaded[i]});
    LOAM_TRY_STATUS(journal_.begin(name, before, entries));
    const auto outcome = runtime_.run(target_.append(name));
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
    for (const admin::KeywordsLeftOut& one : *outcome) {
        const std::string id = one.message < items.size() ? items[one.message]->id() : name;
        std::fprintf(stderr, "loam: %s: keywords left out:%s\n", id.c_str(),
                     listed(one.keywords).c_str());
    }
    without_keywords += outcome->size();
    imported += items.size();
    for (const admin::ImportedMessage& message : loaded)
        octets += message.size;
    return {};
}

Status Importer::put_alone(const std::string& mailbox, const MailItem& item) {
    const auto loaded = load(item);
    const MailItem* const items[] = {&item};
    const Status put = loaded ? append(mailbox, items, {*loaded}) : Status(loaded.error());
    if (put || stops_import(put.error().code)) return put;
    skip(item.id(), put.error().what);
    return {};
}

Status Importer::put(const std::string& mailbox, std::span<const MailItem* const> items) {
    std::vector<const MailItem*> readable;
    std::vector<admin::ImportedMessage> loaded;
    for (const MailItem* item : items) {
        const auto one = load(*item);
        if (one) {
            readable.push_back(item);
            loaded.push_back(*one);
        } else {
            if (stops_import(one.error().code)) return one.error();
            skip(item->id(), one.error().what);
        }
        progress_.advance(1, item->bytes);
    }
    if (loaded.empty()) return {};
    const Status together = append(mailbox, readable, loaded);
    if (together || stops_import(together.error().code)) return together;
    for (const MailItem* item : readable) {
        LOAM_TRY_STATUS(put_alone(mailbox, *item));
    }
    return {};
}

}  // namespace loam::tool
