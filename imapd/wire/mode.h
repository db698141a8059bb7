#pragma once

#include <string_view>

#include "engine/base/check.h"

namespace loam::imap {

/// How this connection speaks. It starts as r1, or as r2 where only IMAP4rev2 is advertised, and
/// only ever rises: there is no DISABLE. ENABLE IMAP4rev2 gives r2, with or without UTF8=ACCEPT.
enum class Mode {
    r1,  ///< nothing enabled: RFC 3501 with its extensions
    u8,  ///< ENABLE UTF8=ACCEPT: RFC 6855 section 3
    r2,  ///< ENABLE IMAP4rev2: RFC 9051 section 6.3.1
};

/// The switchboard: every difference between the modes that a writer, parser or command may ask
/// about. A difference that is not here does not exist; nobody compares modes by hand.
struct ModeRules {
    bool utf8_names;   ///< mailbox names travel as UTF-8, else modified UTF-7; RFC 9051 section 5.1
    bool utf8_quoted;  ///< 8-bit octets may stand in a quoted string we send; RFC 9051 appendix A
    bool utf8_text;    ///< words for people may be UTF-8; RFC 9051 section 9, text
    bool list_on_select;  ///< SELECT and EXAMINE answer an untagged LIST; RFC 9051 section 6.3.2
    bool recent;          ///< RECENT, [UNSEEN] and \Recent exist; RFC 3501 section 6.3.1
    bool closed_code;     ///< [CLOSED] parts the old mailbox from the new; RFC 7162 section 3.2.11
    bool esearch_always;  ///< SEARCH without RETURN answers ESEARCH; RFC 9051 section 6.4.4
    bool search_utf8_default;  ///< search strings without CHARSET are UTF-8; RFC 9051 section 6.4.4
    bool search_charset;       ///< SEARCH CHARSET is taken; RFC 6855 section 3 forbids it
    bool obsolete_keys;      ///< SEARCH NEW, OLD, RECENT and STATUS RECENT; RFC 3501 section 6.4.4
    bool obsolete_commands;  ///< LSUB and CHECK; RFC 9051 appendix E
    bool rfc822_items;       ///< FETCH RFC822, RFC822.HEADER, RFC822.TEXT are served
    bool fetch_uid_always;   ///< an unsolicited FETCH carries UID; RFC 9051 section 7.5.2
    bool list_oldname;  ///< LIST says OLDNAME where a name was normalised; RFC 9051 section 6.3.9.7
    bool append_utf8_header;     ///< APPEND takes 8-bit header octets; RFC 6855 section 4
    bool message_global_nested;  ///< message/global is described like message/rfc822; RFC 9051
                                 ///< section 7.5.2
    bool binary_leaf_only;  ///< BINARY of a non-leaf section is refused; RFC 9051 section 6.4.5
};

inline constexpr ModeRules kRulesR1{
    .utf8_names = false,
    .utf8_quoted = false,
    .utf8_text = false,
    .list_on_select = false,
    .recent = true,
    .closed_code = true,
    .esearch_always = false,
    .search_utf8_default = false,
    .search_charset = true,
    .obsolete_keys = true,
    .obsolete_commands = true,
    .rfc822_items = true,
    .fetch_uid_always = true,
    .list_oldname = false,
    .append_utf8_header = false,
    .message_global_nested = false,
    .binary_leaf_only = false,
};

inline constexpr ModeRules kRulesU8{
    .utf8_names = true,
    .utf8_quoted = true,
    .utf8_text = false,
    .list_on_select = false,
    .recent = true,
    .closed_code = true,
    .esearch_always = false,
    .search_utf8_default = true,
    .search_charset = false,
    .obsolete_keys = true,
    .obsolete_commands = true,
    .rfc822_items = true,
    .fetch_uid_always = true,
    .list_oldname = false,
    .append_utf8_header = true,
    .message_global_nested = true,
    .binary_leaf_only = false,
};

inline constexpr ModeRules kRulesR2{
    .utf8_names = true,
    .utf8_quoted = true,
    .utf8_text = true,
    .list_on_select = true,
    .recent = false,
    .closed_code = true,
    .esearch_always = true,
    .search_utf8_default = true,
    .search_charset = true,
    .obsolete_keys = false,
    .obsolete_commands = false,
    .rfc822_items = true,
    .fetch_uid_always = true,
    .list_oldname = true,
    .append_utf8_header = true,
    .message_global_nested = true,
    .binary_leaf_only = true,
};

constexpr const ModeRules& rules_of(Mode mode) {
    switch (mode) {
        case Mode::r1:
            return kRulesR1;
        case Mode::u8:
            return kRulesU8;
        case Mode::r2:
            return kRulesR2;
    }
    LOAM_CHECK(false);
}

constexpr std::string_view to_string(Mode mode) {
    switch (mode) {
        case Mode::r1:
            return "r1";
        case Mode::u8:
            return "u8";
        case Mode::r2:
            return "r2";
    }
    return "unknown";
}

}  // namespace loam::imap
