#include "imapd/wire/resp_code.h"

#include "engine/base/check.h"

namespace loam::imap {

std::string code_uidvalidity(std::uint32_t uidvalidity) {
    return "UIDVALIDITY " + std::to_string(uidvalidity);
}

std::string code_uidnext(std::uint32_t uidnext) {
    return "UIDNEXT " + std::to_string(uidnext);
}

std::string code_unseen(std::uint32_t seq) {
    return "UNSEEN " + std::to_string(seq);
}

std::string code_highestmodseq(std::uint64_t modseq) {
    return "HIGHESTMODSEQ " + std::to_string(modseq);
}

std::string code_modified(const NumSet& numbers) {
    LOAM_CHECK(!numbers.empty());
    return "MODIFIED " + to_string(numbers);
}

std::string code_appenduid(std::uint32_t uidvalidity, const NumSet& uids) {
    LOAM_CHECK(!uids.empty());
    return "APPENDUID " + std::to_string(uidvalidity) + ' ' + to_string(uids);
}

std::string code_copyuid(std::uint32_t uidvalidity, const NumSet& from, const NumSet& to) {
    LOAM_CHECK(!from.empty());
    LOAM_CHECK(from.count() == to.count());
    return "COPYUID " + std::to_string(uidvalidity) + ' ' + to_string(from) + ' ' + to_string(to);
}

std::string code_permanentflags(const FlagNames& flags, bool more) {
    std::string list = to_string(flags);
    if (more) list.insert(list.size() - 1, list == "()" ? "\\*" : " \\*");
    return "PERMANENTFLAGS " + list;
}

std::string code_capability(std::string_view names) {
    return "CAPABILITY " + std::string(names);
}

std::string code_mailboxid(std::string_view object_id) {
    return "MAILBOXID (" + std::string(object_id) + ")";
}

std::string code_badurl(std::string_view url) {
    return "BADURL " + std::string(url);
}

std::string code_noupdate(std::string_view tag) {
    return "NOUPDATE \"" + std::string(tag) + '"';
}

std::string code_badcharset() {
    return "BADCHARSET (US-ASCII UTF-8)";
}

}  // namespace loam::imap
