#pragma once

#include <array>
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
/// Maildir file names have letters for this many keywords, which the file dovecot-keywords names.
inline constexpr std::size_t kMaildirKeywords = 26;
/// What the letter P means.
inline constexpr std::string_view kForwarded = "$Forwarded";

/// One message in a file of the outside world.
struct MailItem {
    std::string path;
    std::uint64_t offset = 0;  ///< of its first octet; past the From_ line of an mbox
    std::uint64_t bytes = 0;
    bool mbox = false;                  ///< its lines are quoted as mboxrd
    std::string mailbox;                ///< canonical; empty: the one that the user named, or INBOX
    std::uint8_t flags = 0;             ///< Flag bits
    std::vector<std::string> keywords;  ///< as found: they may be no keywords of IMAP
    std::int64_t date_s = 0;            ///< INTERNALDATE
    bool date_of_file = false;          ///< `date_s` is the mbox file's: a Date field knows better
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
/// keywords from dovecot-keywords, dates from file times.
MailItems find_maildir(const std::vector<std::string>& paths);
/// Each path is an mbox; messages begin at lines "From " after an empty line or at the start. Flags
/// are those of the fields Status, X-Status and X-Keywords.
MailItems find_mbox(const std::vector<std::string>& paths);

/// Names by letter; empty where a letter has none.
using MaildirKeywords = std::array<std::string, kMaildirKeywords>;
/// Flag bits and keywords of the part of a Maildir file name after ":2,".
void apply_maildir_flags(std::string_view letters, const MaildirKeywords& names, MailItem& item);
/// Flag bits and keywords of a header field that mail programs keep in mboxes; other fields do
/// nothing.
void apply_status_field(std::string_view name, std::string_view value, MailItem& item);
/// The date in "From someone Thu Jan  1 00:00:00 1970", UTC unless it names an offset; nothing if
/// there is none.
std::optional<std::int64_t> from_line_date(std::string_view line);

/// Size and time of a file; false, and told, if it cannot be had.
bool describe_file(const std::string& path, MailItem& item, MailItems& found);

/// How read_item gives line ends: every LF as CRLF, or the octets as they are.
enum class LineEnds : std::uint8_t { crlf, keep };
/// Reads an item in pieces, without mbox quoting. Errors: io; what `take` returns.
Status read_item(const MailItem& item, LineEnds line_ends,
                 const std::function<Status(std::string_view)>& take);

}  // namespace loam::tool
