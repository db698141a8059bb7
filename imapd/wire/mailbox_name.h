#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "imapd/wire/mode.h"

/// Mailbox names. Loam knows one form, UTF-8 in NFC with "/" between the levels, and converts at
/// the edge of each session. Pure; any thread. Errors of all: invalid (not UTF-8: the client hears
/// BAD), unsupported (well-formed, but never a mailbox here: NO [CANNOT]), limit (longer than
/// kMailboxNameBytesMax).
namespace loam::imap {

inline constexpr char kSeparator = '/';

/// A mailbox as a command names it.
struct MailboxArg {
    std::string name{};   ///< canonical; never empty
    std::string given{};  ///< as the client spelled it, in UTF-8, where normalisation changed it;
                          ///< else empty (OLDNAME)
    friend bool operator==(const MailboxArg&, const MailboxArg&) = default;
};

/// UTF-8 to canonical: NFC, first component INBOX in capitals. Refuses controls (U+0000 to U+001F,
/// U+007F to U+009F), U+2028, U+2029 and a leading U+FEFF: RFC 6855 section 3, RFC 5198 section 2.
/// A trailing or doubled separator stays: CREATE and the engine judge it. An empty name stays
/// empty.
Result<std::string> canonical_name(std::string_view utf8);

/// Octets of an argument to UTF-8, not yet canonical. In r1 they are modified UTF-7, unless one has
/// its high bit set: then the whole is UTF-8 and "&" an ordinary character in it. Otherwise they
/// are UTF-8.
Result<std::string> name_octets_to_utf8(std::string_view octets, Mode mode);

/// Both steps, for an argument that names a mailbox. An empty one is refused (unsupported).
Result<MailboxArg> mailbox_from_wire(std::string_view octets, Mode mode);

/// Canonical name to the octets that this session reads; still to be quoted.
std::string mailbox_to_wire(std::string_view name, Mode mode);

}  // namespace loam::imap
