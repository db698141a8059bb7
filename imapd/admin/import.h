#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/admin/request.h"

namespace loam::admin {

/// How a mailbox is; all zero: not there.
struct ImportMailbox {
    std::uint32_t uidvalidity = 0;
    Uid uidnext;
};

/// What does not change in a message.
struct ImportedMessage {
    std::uint64_t size = 0;   ///< as stored
    std::int64_t date_s = 0;  ///< INTERNALDATE
    friend bool operator==(const ImportedMessage&, const ImportedMessage&) = default;
};

/// Keywords that a mailbox could not take: no keywords of IMAP, or without room.
struct KeywordsLeftOut {
    std::size_t message = 0;  ///< of those that were appended together
    std::vector<std::string> keywords;
};

/// Where mail from files goes: one account, in this process or behind the admin socket. Messages
/// are put one by one, begin() write()* finish(), and then appended together. One call at a time.
/// Errors: as Account has them; closed (the server went away), invalid (out of order, more than
/// kImportMessagesMax waiting).
class ImportTarget {
  public:
    ImportTarget() = default;
    ImportTarget(const ImportTarget&) = delete;
    ImportTarget& operator=(const ImportTarget&) = delete;
    virtual ~ImportTarget() = default;

    /// `name` is canonical. With `create` it is made and subscribed where it is not there.
    virtual Task<Result<ImportMailbox>> mailbox(std::string name, bool create) = 0;
    virtual Task<Result<std::optional<ImportedMessage>>> look(std::string mailbox, Uid uid) = 0;

    /// Begins a message; one that was begun and not finished is given up.
    virtual Task<Status> begin(ImportMessage message) = 0;
    virtual Task<Status> write(Bytes octets) = 0;
    virtual Task<Result<ImportedMessage>> finish() = 0;
    /// Gives the message up that was begun.
    virtual Task<void> abandon() = 0;
    /// All that were finished, in their order, or none of them; none waits afterwards.
    virtual Task<Result<std::vector<KeywordsLeftOut>>> append(std::string mailbox) = 0;
};

/// Messages that may wait to be appended together.
inline constexpr std::size_t kImportMessagesMax = 64;
/// In the place of a chunk's length: the message is given up.
inline constexpr std::string_view kChunkAbandon = "-";

}  // namespace loam::admin
