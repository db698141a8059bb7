#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/uid_set.h"

/// What an account should hold, in plain maps, and which histories of a burst lead to what it does
/// hold.
namespace loam::testing {

/// Sizes tell messages apart: body_of(token) has one that no other token has.
struct ModelMessage {
    std::uint8_t flags = 0;
    std::uint64_t size = 0;
    std::uint64_t modseq = 0;  ///< seen only
};

struct ModelMailbox {
    std::string name;
    std::uint32_t uidnext = 1;
    std::map<std::uint32_t, ModelMessage> messages;  ///< by uid
    std::uint32_t uidvalidity = 0;                   ///< seen only
    std::uint64_t highest_modseq = 0;                ///< seen only
    UidSet vanished;                                 ///< seen only: all that is remembered
    std::uint64_t vanished_floor = 0;                ///< seen only
};

struct ModelAccount {
    std::uint32_t next_mailbox = 1;
    std::map<std::uint32_t, ModelMailbox> mailboxes;
    /// The id behind a name; 0: none.
    std::uint32_t find(const std::string& name) const;
};

std::string body_of(std::uint64_t token);
std::uint64_t size_of(std::uint64_t token);
std::uint64_t token_of(std::uint64_t size);

/// One call of the engine's API and what came of it.
struct Step {
    enum class Kind : std::uint8_t {
        append,
        deliver,  ///< append to INBOX; the answer tells no uids
        flags,
        expunge,
        copy,
        move,
        create,
        remove,
        rename,
        abandon,  ///< an upload that is never appended
        erase,    ///< what is due for the eraser, now
    };
    enum class Answer : std::uint8_t {
        none,     ///< it may have happened or not
        good,     ///< it has happened, with `effect`
        refused,  ///< it could not: there was nothing to do it to
        absent,   ///< it has not happened, for a reason outside the model
    };
    Kind kind = Kind::append;
    std::uint64_t token = 0;
    std::uint32_t mailbox = 0;
    std::uint32_t target = 0;
    UidSet uids;
    std::uint8_t flags = 0;
    std::string name;
    std::string to;

    Answer answer = Answer::none;
    std::vector<std::uint32_t> effect;
};

/// Does `step` and returns what it changed: new uids, changed uids, a new mailbox's id, or just
/// something. Empty: nothing.
std::vector<std::uint32_t> apply(ModelAccount& account, const Step& step);

/// Whether some order of `steps`, with all that were acknowledged, none that were refused and some
/// of the others, leads from `known` to `seen`.
bool explains(const ModelAccount& known, const std::vector<Step>& steps, const ModelAccount& seen);

/// What is wrong in `seen` with the numbers that a client caches, after it saw `known`; empty:
/// none.
std::string wrong_numbers(const ModelAccount& known, const ModelAccount& seen);

std::string to_string(const ModelAccount& account);
std::string to_string(const Step& step);

}  // namespace loam::testing
