#pragma once

#include <span>
#include <vector>

#include "engine/api/message_batch.h"
#include "engine/api/search_rows.h"
#include "engine/api/text_pool.h"

namespace loam {

/// A message that a query may hold for; `place` is its place in the index's answers.
struct OpenMessage {
    MessageRow row;
    std::size_t place = 0;
};

struct Judgement {
    bool holds = false;
    bool large = false;  ///< not judged: its text is to be streamed
    Status status;       ///< why it could not be judged
};

/// Whether the query holds, by the messages' own text. `loaded` are those of `open`, in order.
/// Thread: a worker; `desk` is the caller's alone.
std::vector<Judgement> judge_texts(const Query& query, const RowContext& context,
                                   std::span<const OpenMessage> open,
                                   std::span<const LoadedMessage> loaded, TextDesk& desk);

/// The same for one message whose text is large, read piece by piece. Thread: the account's owner.
/// Errors: expunged, corrupt, io.
Task<Result<bool>> judge_streamed(Account& account, const Query& query, const RowContext& context,
                                  const OpenMessage& open);

}  // namespace loam
