#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// System flags that a client may set: RFC 9051 section 2.3.2. \Recent is the server's and has no
/// bit.
enum SystemFlag : std::uint8_t {
    flag_answered = 1U << 0U,
    flag_flagged = 1U << 1U,
    flag_deleted = 1U << 2U,
    flag_seen = 1U << 3U,
    flag_draft = 1U << 4U,
};
inline constexpr std::uint8_t kSystemFlagsAll =
    flag_answered | flag_flagged | flag_deleted | flag_seen | flag_draft;

/// Flags by name, as they cross the wire. Keywords compare without ASCII case and keep their first
/// spelling, the order in which they came, and each stands once.
struct FlagNames {
    std::uint8_t system = 0;  ///< SystemFlag bits
    std::vector<std::string> keywords{};
    bool empty() const { return system == 0 && keywords.empty(); }
    /// Adds a keyword unless it is there in some case.
    void add_keyword(std::string_view keyword);
    friend bool operator==(const FlagNames&, const FlagNames&) = default;
};

/// "\Seen" and the like for one SystemFlag bit.
std::string_view system_flag_name(SystemFlag flag);

/// Whether it may be one. Errors: invalid (no atom), limit (kKeywordBytesMax).
Status check_keyword(std::string_view keyword);
/// flag-list: "(" [flag *(SP flag)] ")". Errors: invalid (also for \Recent and for other names with
/// a backslash), limit (kKeywordsMax, kKeywordBytesMax).
Result<FlagNames> parse_flag_list(Lexer& lexer);
/// flag-list, or bare flag *(SP flag), as STORE takes it.
Result<FlagNames> parse_flags(Lexer& lexer);
/// flag-keyword of SEARCH KEYWORD: an atom. Errors: invalid, limit.
Result<std::string> parse_keyword(Lexer& lexer);
/// Adds one flag by its name. Errors: as parse_flag_list.
Status add_flag(FlagNames& flags, std::string_view name);

/// "(\Answered \Seen $Junk)", system flags first, \Recent between if `recent`.
std::string to_string(const FlagNames& flags, bool recent = false);

}  // namespace loam::imap
