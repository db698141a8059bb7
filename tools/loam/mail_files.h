#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace loam::tool {

/// "." within a level of a mailbox name, in the name of a Maildir folder: there a dot divides
/// levels.
inline constexpr std::string_view kShiftedDot = "&AC4-";

/// One message in a file of the outside world.
struct MailItem {
    std::string path;
    std::uint64_t offset = 0;  ///< of its first octet; past the From_ line of an mbox
    std::uint64_t bytes = 0;
    bool mbox = false;       ///< its lines are quoted as mboxrd
    std::string mailbox;     ///< canonical; empty: the one that the user named, or INBOX
    std::uint8_t flags = 0;  ///< Flag bits
    std::vector<std::string> keywords;
    std::int64_t date_s = 0;  ///< INTERNALDATE
    std::string id() const { return path + ":" + std::to_string(offset); }
};

/// What was found, and what could not be read: "PATH: why".
struct MailItems {
    std::vector<MailItem> items;
    std::vector<std::string> unreadable;
};

/// Each path is a file, or a directory that is walked. An mbox From_ line at the front of a file is
/// left out.
MailItems find_eml(const std::vector<std::string>& paths);
/// Each path is a Maildir; subfolders as Maildir++ names them (".A.B"), flags from file names,
/// dates from file times.
MailItems find_maildir(const std::vector<std::string>& paths);
/// Each path is an mbox; messages begin at lines "From " after an empty line or at the start.
MailItems find_mbox(const std::vector<std::string>& paths);

/// Flag bits and keywords of the part of a Maildir file name after ":2,". `names` are
/// dovecot-keywords', by letter.
void apply_maildir_flags(const std::string& letters, const std::vector<std::string>& names,
                         MailItem& item);
/// The date in "From someone Thu Jan  1 00:00:00 1970", UTC; nothing if there is none.
std::optional<std::int64_t> from_line_date(const std::string& line);

/// Reads an item in pieces, with CRLF line ends and without mbox quoting. Errors: io; what `take`
/// returns.
Status read_item(const MailItem& item, const std::function<Status(std::string_view)>& take);

}  // namespace loam::tool
