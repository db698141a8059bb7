#include "tools/loam/import_journal.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace loam::tool {

// journal := { batch }
// batch   := "B" uidvalidity uidnext count mailbox LF { "I" id LF } [ ( "E" | "F" ) LF ]
// "E": it is in; "F": it is not. Empty lines mean nothing. Ids and names are paths and mailboxes; a
// line end in one is written as a space, which at worst imports it again.

namespace {

std::string one_line(std::string text) {
    for (char& c : text) {
        if (c == '\n') c = ' ';
    }
    return text;
}

struct Batch {
    ImportJournal::MailboxState before;
    std::uint64_t count = 0;
    std::string mailbox;
    std::vector<std::string> ids;
    bool ended = false;
    bool failed = false;
};

std::vector<Batch> read_batches(const std::string& path) {
    std::vector<Batch> batches;
    std::ifstream file(path);
    std::string line;
    while (std::getline(file, line)) {
        if (file.eof()) break;  // torn: half an id may be the id of another item
        if (line.starts_with("B ")) {
            Batch batch;
            std::istringstream fields(line.substr(2));
            fields >> batch.before.uidvalidity >> batch.before.uidnext.value >> batch.count;
            fields.get();
            std::getline(fields, batch.mailbox);
            batches.push_back(std::move(batch));
        } else if (!batches.empty() && line.starts_with("I ")) {
            batches.back().ids.push_back(line.substr(2));
        } else if (!batches.empty() && line == "E") {
            batches.back().ended = true;
        } else if (!batches.empty() && line == "F") {
            batches.back().failed = true;
        }
    }
    return batches;
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

Result<std::unique_ptr<ImportJournal>> ImportJournal::open(
    const std::string& path, bool restart,
    const std::function<MailboxState(const std::string&)>& state_of) {
    std::unique_ptr<ImportJournal> journal(new ImportJournal);
    const std::vector<Batch> batches = restart ? std::vector<Batch>() : read_batches(path);
    std::string verdict;
    for (const Batch& batch : batches) {
        const MailboxState now = state_of(batch.mailbox);
        const bool same = now.uidvalidity != 0 && now.uidvalidity == batch.before.uidvalidity;
        const bool taken = now.uidnext.value >= batch.before.uidnext.value + batch.count;
        const bool whole = batch.ids.size() == batch.count;
        // What came after an open batch took uids too, so they tell nothing about that one.
        const bool open = !batch.ended && !batch.failed && &batch == &batches.back();
        const bool in = same && whole && !batch.failed && (batch.ended || (open && taken));
        if (in) journal->done_.insert(batch.ids.begin(), batch.ids.end());
        if (open) verdict = in ? "E\n" : "F\n";
    }
    journal->file_ = std::fopen(path.c_str(), restart ? "w" : "a");
    if (journal->file_ == nullptr) return fail(Errc::io, path + ": " + std::strerror(errno));
    std::fseek(journal->file_, 0, SEEK_END);
    if (!restart && std::ftell(journal->file_) != 0) verdict = "\n" + verdict;
    if (!verdict.empty()) {
        LOAM_TRY_STATUS(journal->put(verdict));
    }
    return journal;
}

ImportJournal::~ImportJournal() {
    if (file_ != nullptr) std::fclose(file_);
}

Status ImportJournal::put(const std::string& text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), file_) == text.size() &&
                         std::fflush(file_) == 0 && fdatasync(fileno(file_)) == 0;
    if (written) return {};
    return fail(Errc::io, std::string("journal: ") + std::strerror(errno));
}

Status ImportJournal::begin(const std::string& mailbox, MailboxState before,
                            const std::vector<std::string>& ids) {
    std::string text = "B " + std::to_string(before.uidvalidity) + " " +
                       std::to_string(before.uidnext.value) + " " + std::to_string(ids.size()) +
                       " " + one_line(mailbox) + "\n";
    for (const std::string& id : ids)
        text += "I " + one_line(id) + "\n";
    return put(text);
}

Status ImportJournal::end() {
    return put("E\n");
}

Status ImportJournal::failed() {
    return put("F\n");
}

}  // namespace loam::tool
