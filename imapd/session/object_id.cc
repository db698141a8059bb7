#include "imapd/session/object_id.h"

#include <charconv>

namespace loam::imap {
namespace {

std::string prefix(char kind, AccountId account) {
    return kind + std::to_string(account.value) + '-';
}

}  // namespace

std::string mailbox_object_id(AccountId account, MailboxId mailbox) {
    return prefix('F', account) + std::to_string(mailbox.value);
}

std::string email_object_id(AccountId account, Cid content) {
    return prefix('M', account) + std::to_string(content.value);
}

std::optional<Cid> parse_email_object_id(AccountId account, std::string_view id) {
    const std::string begin = prefix('M', account);
    if (!id.starts_with(begin)) return std::nullopt;
    Cid content;
    std::from_chars(id.data() + begin.size(), id.data() + id.size(), content.value);
    // Case and leading zeros count: RFC 8474 section 7.
    if (email_object_id(account, content) != id) return std::nullopt;
    return content;
}

}  // namespace loam::imap
