#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "imapd/wire/flags.h"
#include "imapd/wire/numset.h"

/// What stands between the brackets of a response: resp-text-code of RFC 9051 sections 7.1 and 9.
/// Codes without arguments ("TRYCREATE", "OVERQUOTA") are written by hand where they are used.
namespace loam::imap {

std::string code_uidvalidity(std::uint32_t uidvalidity);
std::string code_uidnext(std::uint32_t uidnext);
std::string code_unseen(std::uint32_t seq);            ///< RFC 3501 section 7.1
std::string code_highestmodseq(std::uint64_t modseq);  ///< RFC 7162 section 3.1.2.1
std::string code_modified(const NumSet& numbers);      ///< RFC 7162 section 3.1.3; not empty
std::string code_appenduid(std::uint32_t uidvalidity,
                           const NumSet& uids);  ///< RFC 4315 section 3; not empty
/// RFC 4315 section 3, RFC 9051 section 11.4. Both sets have the same count, neither is empty, and
/// the n-th of one became the n-th of the other.
std::string code_copyuid(std::uint32_t uidvalidity, const NumSet& from, const NumSet& to);
/// "PERMANENTFLAGS (\Seen foo \*)"; `more` adds \*: the client may invent keywords.
std::string code_permanentflags(const FlagNames& flags, bool more);
/// `names` separated by single spaces, without the word CAPABILITY.
std::string code_capability(std::string_view names);
std::string code_mailboxid(std::string_view object_id);  ///< RFC 8474 section 4
/// RFC 4469 section 4.1. `url` as badurl_text() leaves it.
std::string code_badurl(std::string_view url);
std::string code_noupdate(std::string_view tag);  ///< RFC 5267 section 4.3.1
std::string code_badcharset();                    ///< lists what SEARCH takes: RFC 9051 section 7.1

}  // namespace loam::imap
