#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"

namespace loam::tool {

/// Which items an import has put into the store, so that an interrupted one goes on without
/// doubles. Before a batch its intent is written: the mailbox, its UIDVALIDITY, its UIDNEXT, the
/// items. Only the last batch may lack its end; the mailbox judges it: if the uids that it would
/// have taken are taken, it is there.
class ImportJournal {
  public:
    struct MailboxState {
        std::uint32_t uidvalidity = 0;
        Uid uidnext;
    };
    /// Reads what an earlier run left, unless `restart`; creates the file. `state_of` tells how a
    /// mailbox is now (all zero: not there). Batches for a mailbox with another UIDVALIDITY are
    /// forgotten. Errors: io.
    static Result<std::unique_ptr<ImportJournal>> open(
        const std::string& path, bool restart,
        const std::function<MailboxState(const std::string&)>& state_of);
    /// Where journals lie when nobody says so: one for each `purpose`. Errors: io.
    static Result<std::string> default_path(const std::string& purpose);
    ImportJournal(const ImportJournal&) = delete;
    ImportJournal& operator=(const ImportJournal&) = delete;
    ~ImportJournal();

    bool done(const std::string& id) const { return done_.contains(id); }
    /// All are on disk when they return. Errors: io.
    Status begin(const std::string& mailbox, MailboxState before,
                 const std::vector<std::string>& ids);
    Status end();
    /// The batch was refused as a whole: nothing of it is in.
    Status failed();

  private:
    ImportJournal() = default;
    Status put(const std::string& text);
    std::FILE* file_ = nullptr;
    std::set<std::string> done_;
};

}  // namespace loam::tool
