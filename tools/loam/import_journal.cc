#include "tools/loam/import_journal.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <unistd.h>

#include "tools/loam/line_reader.h"

namespace loam::tool {

// journal := { batch }
// batch   := "B" uidvalidity uidnext count mailbox LF { "I" size date id LF } [ ( "E" | "F" ) LF ]
// "E": it is in; "F": it is not. Empty lines mean nothing. Ids and names are paths and mailboxes; a
// line end in one is written as a space, which at worst imports it again. So does a longer line.

namespace {

constexpr std::size_t kLineBytesMax = 16U << 10;

std::string one_line(std::string text) {
    for (char& c : text) {
        if (c == '\n' || c == '\r') c = ' ';
    }
    return text;
}

struct Batch {
    ImportJournal::MailboxState before;
    std::uint64_t count = 0;
    std::string mailbox;
    std::vector<ImportJournal::Entry> entries;
    bool ended = false;
    bool failed = false;
};

Batch parse_begin(const std::string& text) {
    Batch batch;
    std::istringstream fields(text);
    fields >> batch.before.uidvalidity >> batch.before.uidnext.value >> batch.count;
    fields.get();
    std::getline(fields, batch.mailbox);
    return batch;
}

ImportJournal::Entry parse_entry(const std::string& text) {
    ImportJournal::Entry entry;
    std::istringstream fields(text);
    fields >> entry.message.size >> entry.message.date_s;
    fields.get();
    std::getline(fields, entry.id);
    return entry;
}

std::vector<Batch> read_batches(const std::string& path) {
    std::vector<Batch> batches;
    std::error_code none;
    if (!std::filesystem::exists(path, none)) return batches;
    LineReader lines(path, kLineBytesMax);
    while (lines.next()) {
        if (!lines.ended()) break;  // torn: half an id may be the id of another item
        const std::string line(lines.head());
        if (!lines.whole() || line.empty()) continue;
        if (line.starts_with("B ")) {
            batches.push_back(parse_begin(line.substr(2)));
        } else if (!batches.empty() && line.starts_with("I ")) {
            batches.back().entries.push_back(parse_entry(line.substr(2)));
        } else if (!batches.empty() && line == "E") {
            batches.back().ended = true;
        } else if (!batches.empty() && line == "F") {
            batches.back().failed = true;
        }
    }
    return batches;
}

/// How many messages from `first` on are those of the batch; none if one of them is another.
Result<std::uint64_t> seen_at(const Batch& batch, const ImportJournal::Witness& witness,
                              Uid first) {
    std::uint64_t seen = 0;
    Uid uid = first;
    for (const ImportJournal::Entry& entry : batch.entries) {
        LOAM_TRY(const auto message, witness.message_at(batch.mailbox, uid));
        if (message && *message != entry.message) return 0;
        seen += message ? 1 : 0;
        ++uid.value;
    }
    return seen;
}

/// Whether the mailbox shows that a batch without an end is in. Beside a running server mail may
/// have come in before it; then all of it has to be there.
Result<bool> is_there(const Batch& batch, const ImportJournal::Witness& witness,
                      const ImportJournal::MailboxState& now) {
    for (Uid first = batch.before.uidnext;
         std::uint64_t{first.value} + batch.count <= now.uidnext.value; ++first.value) {
        LOAM_TRY(const std::uint64_t seen, seen_at(batch, witness, first));
        if (seen == batch.count || (seen > 0 && first == batch.before.uidnext)) return true;
    }
    return false;
}

/// FNV-1a, 64 bits: the same name for the same purpose, whichever build asks.
std::uint64_t stable_hash(const std::string& text) {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return hash;
}

}  // namespace

Result<std::string> ImportJournal::default_path(const std::string& purpose) {
    const char* state = std::getenv("XDG_STATE_HOME");
    const char* home = std::getenv("HOME");
    if (state == nullptr && home == nullptr)
        return fail(Errc::io, "no HOME for the journal: say --journal FILE");
    const std::string directory =
        (state != nullptr ? std::string(state) : std::string(home) + "/.local/state") + "/loam";
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) return fail(Errc::io, directory + ": " + error.message());
    return directory + "/import-" + std::to_string(stable_hash(purpose)) + ".journal";
}

Result<std::unique_ptr<ImportJournal>> ImportJournal::open(const std::string& path, bool restart,
                                                           const Witness& witness) {
    std::unique_ptr<ImportJournal> journal(new ImportJournal);
    const std::vector<Batch> batches = restart ? std::vector<Batch>() : read_batches(path);
    std::string verdict;
    for (const Batch& batch : batches) {
        LOAM_TRY(const MailboxState now, witness.state_of(batch.mailbox));
        const bool same = now.uidvalidity != 0 && now.uidvalidity == batch.before.uidvalidity;
        const bool whole = batch.entries.size() == batch.count;
        // What came after an open batch took uids too, so they tell nothing about that one.
        const bool open = !batch.ended && !batch.failed && &batch == &batches.back();
        bool in = same && whole && batch.ended && !batch.failed;
        if (same && whole && open) {
            LOAM_TRY(in, is_there(batch, witness, now));
        }
        for (const Entry& entry : batch.entries) {
            if (in) journal->done_.insert(entry.id);
        }
        if (open) verdict = in ? "E\n" : "F\n";
    }
    journal->file_ = std::fopen(path.c_str(), restart ? "w" : "a");
    if (journal->file_ == nullptr) return fail(Errc::io, path + ": " + std::strerror(errno));
    std::fseek(journal->file_, 0, SEEK_END);
    if (!restart && std::ftell(journal->file_) != 0) verdict = "\n" + verdict;
    if (!verdict.empty()) {
        LOAM_TRY_STATUS(journal->put(verdict, Durable::now));
    }
    return journal;
}

ImportJournal::~ImportJournal() {
    if (file_ != nullptr) std::fclose(file_);
}

Status ImportJournal::put(const std::string& text, Durable durable) {
    const bool written = std::fwrite(text.data(), 1, text.size(), file_) == text.size() &&
                         std::fflush(file_) == 0 &&
                         (durable == Durable::later || fdatasync(fileno(file_)) == 0);
    if (written) return {};
    return fail(Errc::io, std::string("journal: ") + std::strerror(errno));
}

Status ImportJournal::begin(const std::string& mailbox, MailboxState before,
                            const std::vector<Entry>& entries) {
    std::string text = "B " + std::to_string(before.uidvalidity) + " " +
                       std::to_string(before.uidnext.value) + " " + std::to_string(entries.size()) +
                       " " + one_line(mailbox) + "\n";
    for (const Entry& entry : entries) {
        text += "I " + std::to_string(entry.message.size) + " " +
                std::to_string(entry.message.date_s) + " " + one_line(entry.id) + "\n";
    }
    return put(text, Durable::now);
}

Status ImportJournal::end() {
    return put("E\n", Durable::later);
}

Status ImportJournal::failed() {
    return put("F\n", Durable::now);
}

}  // namespace loam::tool
