#include "engine/api/search_rows.h"

#include "engine/api/search_plan.h"
#include "engine/mail/header.h"

namespace loam {

namespace {

std::int64_t day_of(std::int64_t seconds, std::int16_t zone_min) {
    const std::int64_t local = seconds + std::int64_t{zone_min} * 60;
    return local >= 0 ? local / 86400 : -((-local + 86399) / 86400);
}

Verdict compare_day(Query::Op op, Query::Op before, Query::Op on, std::int64_t day,
                    std::uint64_t wanted) {
    const auto want = static_cast<std::int64_t>(wanted);
    if (op == before) return verdict(day < want);
    return verdict(op == on ? day == want : day >= want);
}

bool has_keyword(const MailboxRow& mailbox, const MessageRow& row, std::string_view name) {
    for (std::size_t i = 0; i < mailbox.keywords.size(); ++i) {
        if ((row.keywords >> i & 1) != 0 && mail::equal_nocase(mailbox.keywords[i], name))
            return true;
    }
    return false;
}

Verdict judge_children(const Query& query, const MessageRow& row, const RowContext& context,
                       std::size_t place) {
    if (query.op == Query::Op::not_of) {
        const Verdict inner = judge_row(query.children.front(), row, context, place);
        if (inner == Verdict::unknown) return inner;
        return verdict(inner == Verdict::no);
    }
    const Verdict decides = query.op == Query::Op::all_of ? Verdict::no : Verdict::yes;
    Verdict result = decides == Verdict::no ? Verdict::yes : Verdict::no;
    for (const Query& child : query.children) {
        const Verdict one = judge_row(child, row, context, place);
        if (one == decides) return decides;
        if (one == Verdict::unknown) result = Verdict::unknown;
    }
    return result;
}

/// A key that looks into the message.
Verdict judge_text_key(const Query& query, const RowContext& context, std::size_t place) {
    if (query.op == Query::Op::header && query.name.empty()) return Verdict::no;  // no field's name
    const bool anywhere = query.op == Query::Op::body || query.op == Query::Op::text;
    if (anywhere && query.text.empty()) return Verdict::yes;
    if (context.answers == nullptr) return Verdict::unknown;
    switch (context.answers->hints[context.plan.question_of(query)][place]) {
        case lookup::Hint::no:
            return Verdict::no;
        case lookup::Hint::yes:
            return Verdict::yes;
        case lookup::Hint::maybe:
            break;
    }
    return Verdict::unknown;
}

}  // namespace

Verdict judge_row(const Query& query, const MessageRow& row, const RowContext& context,
                  std::size_t place) {
    using enum Query::Op;
    switch (query.op) {
        case all:
            return Verdict::yes;
        case none:
            return Verdict::no;
        case uids:
            return verdict(query.uids.contains(row.uid));
        case flags_set:
            return verdict((row.flags & query.number) == query.number);
        case flags_clear:
            return verdict((row.flags & query.number) == 0);
        case keyword:
            return verdict(has_keyword(context.mailbox, row, query.text));
        case larger:
            return verdict(row.size > query.number);
        case smaller:
            return verdict(row.size < query.number);
        case internal_before:
        case internal_on:
        case internal_since:
            return compare_day(query.op, internal_before, internal_on,
                               day_of(row.internal_date_s, row.internal_zone_min), query.number);
        case save_before:
        case save_on:
        case save_since:
            return compare_day(query.op, save_before, save_on, day_of(row.save_date_s, 0),
                               query.number);
        case older:
            return verdict(context.now_s - row.internal_date_s >=
                           static_cast<std::int64_t>(query.number));
        case younger:
            return verdict(context.now_s - row.internal_date_s <=
                           static_cast<std::int64_t>(query.number));
        case modseq:
            return verdict(row.modseq.value >= query.number);
        case sent_before:
        case sent_on:
        case sent_since:
        case header:
        case from:
        case to:
        case cc:
        case bcc:
        case subject:
        case body:
        case text:
            return judge_text_key(query, context, place);
        case all_of:
        case any_of:
        case not_of:
            return judge_children(query, row, context, place);
    }
    return Verdict::no;
}

bool judge_sent(const Query& query, const mail::Digest& digest) {
    if (!digest.sent_seconds) return false;
    const std::int64_t day = day_of(*digest.sent_seconds, digest.zone_minutes);
    return compare_day(query.op, Query::Op::sent_before, Query::Op::sent_on, day, query.number) ==
           Verdict::yes;
}

}  // namespace loam
