#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/api/account.h"
#include "tools/loam/command.h"
#include "tools/loam/import_journal.h"
#include "tools/loam/mail_files.h"
#include "tools/loam/progress.h"

namespace loam::tool {

/// Takes out of `keywords` what a mailbox that knows `known` cannot keep: what is no keyword of
/// IMAP, and what finds no room. `known` grows by the rest. Returns what was taken out.
std::vector<std::string> fit_keywords(std::vector<std::string>& keywords,
                                      std::vector<std::string>& known);

/// Puts messages from files into an account. Lifetime: borrows everything.
class Importer {
  public:
    Importer(Runtime& runtime, Account& account, ImportJournal& journal, LineEnds line_ends,
             Progress& progress)
        : runtime_(runtime),
          account_(account),
          journal_(journal),
          line_ends_(line_ends),
          progress_(progress) {}

    /// Puts items of one mailbox in: all together or, where that is refused, one by one; those that
    /// are refused then are skipped. Errors: what the next item would meet as well.
    Status put(const std::string& mailbox, std::span<const MailItem* const> items);
    /// Tells, and counts, what is not imported.
    void skip(const std::string& what, const std::string& why);

    std::uint64_t imported = 0;
    std::uint64_t octets = 0;
    std::uint64_t skipped = 0;
    std::uint64_t known = 0;
    std::uint64_t without_keywords = 0;  ///< imported, but some of their keywords were left out

  private:
    Result<MailboxId> mailbox_id(const std::string& name);
    Result<AppendItem> load(const MailItem& item);
    Status append(const std::string& name, std::span<const MailItem* const> items,
                  std::vector<AppendItem> appended);
    Status put_alone(const std::string& mailbox, const MailItem& item);

    Runtime& runtime_;
    Account& account_;
    ImportJournal& journal_;
    const LineEnds line_ends_;
    Progress& progress_;
};

}  // namespace loam::tool
