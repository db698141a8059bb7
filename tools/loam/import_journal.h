#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "imapd/admin/import.h"

namespace loam::tool {

/// Which items an import has put into the store, so that an interrupted one goes on without
/// doubles. Before a batch its intent is written: the mailbox, its UIDVALIDITY, its UIDNEXT, the
/// items. Only the last batch may lack its end; the mailbox judges it: it is there if the uids that
/// it would have taken are taken, and by messages of its sizes and dates, as far as they are still
/// there. When all of them are gone, it is not believed: mail twice is better than mail lost.
class ImportJournal {
  public:
    using MailboxState = admin::ImportMailbox;
    using Message = admin::ImportedMessage;
    struct Entry {
        std::string id;
        Message message;
    };
    /// How a mailbox is now.
    struct Witness {
        std::function<Result<MailboxState>(const std::string& mailbox)> state_of;
        std::function<Result<std::optional<Message>>(const std::string& mailbox, Uid uid)>
            message_at;
    };
    /// Reads what an earlier run left, unless `restart`; creates the file. Batches for a mailbox
    /// with another UIDVALIDITY are forgotten. Errors: io; the witness's.
    static Result<std::unique_ptr<ImportJournal>> open(const std::string& path, bool restart,
                                                       const Witness& witness);
    /// Where journals lie when nobody says so: one for each `purpose`. Errors: io.
    static Result<std::string> default_path(const std::string& purpose);
    ImportJournal(const ImportJournal&) = delete;
    ImportJournal& operator=(const ImportJournal&) = delete;
    ~ImportJournal();

    bool done(const std::string& id) const { return done_.contains(id); }
    /// On disk when it returns. Errors: io. Likewise below.
    Status begin(const std::string& mailbox, MailboxState before,
                 const std::vector<Entry>& entries);
    /// The batch is in. On disk with the next begin(): until then the mailbox could tell as well.
    Status end();
    /// The batch was refused as a whole: nothing of it is in.
    Status failed();

  private:
    ImportJournal() = default;
    enum class Durable : std::uint8_t { now, later };
    Status put(const std::string& text, Durable durable);
    std::FILE* file_ = nullptr;
    std::set<std::string> done_;
};

}  // namespace loam::tool
