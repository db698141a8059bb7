#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/api/search.h"
#include "engine/mail/digest.h"
#include "engine/record/rows.h"
#include "engine/search/ask.h"

/// What can be said of a message without its text. Pure.
namespace loam {

class SearchPlan;

/// Whether a query holds for a message, as far as what was looked at tells.
enum class Verdict : std::uint8_t { no, yes, unknown };

inline Verdict verdict(bool holds) {
    return holds ? Verdict::yes : Verdict::no;
}

/// Borrows all of it.
struct RowContext {
    const MailboxRow& mailbox;
    std::int64_t now_s = 0;
    const SearchPlan& plan;
    const lookup::Answers* answers = nullptr;  ///< none: the index was not asked yet
};

/// By flags, dates, sizes, uids, and the index's answers about message `place`.
Verdict judge_row(const Query& query, const MessageRow& row, const RowContext& context,
                  std::size_t place = 0);

/// SENTBEFORE and its like.
bool judge_sent(const Query& query, const mail::Digest& digest);

}  // namespace loam
