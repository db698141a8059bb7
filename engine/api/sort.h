#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/api/account.h"
#include "engine/api/mailbox.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/io/task.h"

/// Orders of messages, by what is known since they were appended: no message is read.
namespace loam {

/// RFC 5256 section 3, RFC 5957 section 4.
enum class SortKey : std::uint8_t {
    arrival,
    cc,
    date,
    from,
    size,
    subject,
    to,
    display_from,
    display_to,
};
struct SortCriterion {
    SortKey key = SortKey::arrival;
    bool reverse = false;
    friend bool operator==(const SortCriterion&, const SortCriterion&) = default;
};

/// Those of `uids` that are there, in order; equal ones by uid. One that is damaged stands where
/// one without a header would. Thread: the account's owner. Errors: io.
Task<Result<std::vector<Uid>>> sort(Account& account, Mailbox& mailbox, std::vector<Uid> uids,
                                    std::vector<SortCriterion> criteria);

enum class ThreadBy : std::uint8_t { subject, references };

/// Threads as a forest: RFC 5256 section 3, THREAD. Siblings stand in their order.
struct Threads {
    struct Node {
        std::optional<Uid> uid;               ///< nothing: a message that is not there
        std::vector<std::uint32_t> children;  ///< places in `nodes`
    };
    std::vector<Node> nodes;
    std::vector<std::uint32_t> roots;
};
/// As sort().
Task<Result<Threads>> thread(Account& account, Mailbox& mailbox, std::vector<Uid> uids,
                             ThreadBy by);

}  // namespace loam
