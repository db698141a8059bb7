#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.h"

/// What RFC 8474 calls objects, by the engine's own ids, which are never used again: they outlive
/// RENAME, COPY, a restart and a rebuild of the index. They begin with a letter, as its section 8.1
/// advises.
namespace loam::imap {

std::string mailbox_object_id(AccountId account, MailboxId mailbox);  ///< "F7-3"
std::string email_object_id(AccountId account, Cid content);          ///< "M7-1201"
/// Nullopt: no message of this account can have it.
std::optional<Cid> parse_email_object_id(AccountId account, std::string_view id);

}  // namespace loam::imap
