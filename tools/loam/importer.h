#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "imapd/admin/import.h"
#include "tools/loam/command.h"
#include "tools/loam/import_journal.h"
#include "tools/loam/mail_files.h"
#include "tools/loam/progress.h"

namespace loam::tool {

/// Puts messages from files into an account. Lifetime: borrows everything.
class Importer {
  public:
    Importer(Runtime& runtime, admin::ImportTarget& target, ImportJournal& journal,
             LineEnds line_ends, Progress& progress)
        : runtime_(runtime),
          target_(target),
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
    Result<admin::ImportedMessage> load(const MailItem& item);
    Status append(const std::string& name, std::span<const MailItem* const> items,
                  const std::vector<admin::ImportedMessage>& loaded);
    Status put_alone(const std::string& mailbox, const MailItem& item);

    Runtime& runtime_;
    admin::ImportTarget& target_;
    ImportJournal& journal_;
    const LineEnds line_ends_;
    Progress& progress_;
};

}  // namespace loam::tool
