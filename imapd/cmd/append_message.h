#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "engine/api/account.h"
#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/cmd/append_input.h"
#include "imapd/session/reply.h"
#include "imapd/syntax/append.h"

/// How the message of APPEND and REPLACE comes in.
namespace loam::imap {

/// What a message that comes in is counted with: a value; borrows `others`.
struct MessageRoom {
    std::span<const AppendItem> others{};  ///< messages of the same command, which came before it
    std::optional<std::uint64_t> frees{};  ///< octets of the one in whose place it comes

    /// Errors: those of Account::begin_upload().
    Result<std::unique_ptr<Upload>> begin(Account& account, std::uint64_t size) const;
    /// May the message have so many octets? Errors: the same.
    Status check(const Account& account, std::uint64_t size) const;
};

/// Takes the message that `message` announces: its literal, or its parts.
/// Errors: those of `room` and Upload; invalid, unsupported (not to be stored), not_found with
/// AppendInput::bad_url; those of Port.
Task<Result<AppendItem>> take_message(AppendInput& input, AppendMessage message, MessageRoom room);

/// Before a literal is asked for: RFC 7888 section 7. `utf8`: it is of the data item UTF8.
Status admit_literal(const Session& session, const LiteralSuffix& literal, bool utf8);

/// What the client hears of an error of take_message().
Reply refusal(const AppendInput& input, const Error& error);

}  // namespace loam::imap
