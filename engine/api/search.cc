#include "engine/api/search.h"

#include <algorithm>
#include <memory>

#include <spdlog/spdlog.h>

#include "engine/api/account_state.h"
#include "engine/api/message_state.h"
#include "engine/api/search_text.h"
#include "engine/mail/header.h"

namespace loam {

namespace {

/// Messages whose sidecars are loaded together.
constexpr std::size_t kBatch = 64;

/// Whether a query holds for a message, as far as what was looked at tells.
enum class Verdict : std::uint8_t { no, yes, unknown };

Verdict verdict(bool holds) {
    return holds ? Verdict::yes : Verdict::no;
}

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

struct RowContext {
    const MailboxRow& mailbox;
    std::int64_t now_s;
};

bool has_keyword(const MailboxRow& mailbox, const MessageRow& row, std::string_view name) {
    for (std::size_t i = 0; i < mailbox.keywords.size(); ++i) {
        if ((row.keywords >> i & 1) != 0 && mail::equal_nocase(mailbox.keywords[i], name))
            return true;
    }
    return false;
}

Verdict judge_row(const Query& query, const MessageRow& row, const RowContext& context);

Verdict judge_children(const Query& query, const MessageRow& row, const RowContext& context) {
    if (query.op == Query::Op::not_of) {
        const Verdict inner = judge_row(query.children.front(), row, context);
        if (inner == Verdict::unknown) return inner;
        return verdict(inner == Verdict::no);
    }
    const Verdict decides = query.op == Query::Op::all_of ? Verdict::no : Verdict::yes;
    Verdict result = decides == Verdict::no ? Verdict::yes : Verdict::no;
    for (const Query& child : query.children) {
        const Verdict one = judge_row(child, row, context);
        if (one == decides) return decides;
        if (one == Verdict::unknown) result = Verdict::unknown;
    }
    return result;
}

/// What the row alone tells: flags, dates, sizes, uids. Text is unknown here.
Verdict judge_row(const Query& query, const MessageRow& row, const RowContext& context) {
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
            return Verdict::unknown;
        case all_of:
        case any_of:
        case not_of:
            return judge_children(query, row, context);
    }
    return Verdict::no;
}

struct Candidate {
    const MessageRow& row;
    const RowContext& context;
    const mail::Digest& digest;
    MessageText& text;
};

Task<Result<bool>> judge_text(const Query& query, Candidate& message);

Task<Result<bool>> judge_text_children(const Query& query, Candidate& message) {
    const bool decides = query.op == Query::Op::any_of;
    for (const Query& child : query.children) {
        LOAM_CO_TRY(const bool one, co_await judge_text(child, message));
        if (query.op == Query::Op::not_of) co_return !one;
        if (one == decides) co_return decides;
    }
    co_return !decides;
}

Result<bool> judge_sent(const Query& query, const mail::Digest& digest) {
    if (!digest.sent_seconds) return false;
    const std::int64_t day = day_of(*digest.sent_seconds, digest.zone_minutes);
    return compare_day(query.op, Query::Op::sent_before, Query::Op::sent_on, day, query.number) ==
           Verdict::yes;
}

Task<Result<bool>> judge_text(const Query& query, Candidate& message) {
    using enum Query::Op;
    const Verdict known = judge_row(query, message.row, message.context);
    if (known != Verdict::unknown) co_return known == Verdict::yes;
    switch (query.op) {
        case sent_before:
        case sent_on:
        case sent_since:
            co_return judge_sent(query, message.digest);
        case header:
            co_return co_await message.text.header_contains(query.name, query.text);
        case from:
            co_return co_await message.text.header_contains("From", query.text);
        case to:
            co_return co_await message.text.header_contains("To", query.text);
        case cc:
            co_return co_await message.text.header_contains("Cc", query.text);
        case bcc:
            co_return co_await message.text.header_contains("Bcc", query.text);
        case subject:
            co_return co_await message.text.header_contains("Subject", query.text);
        case body:
            co_return co_await message.text.body_contains(query.text);
        case text:
            co_return co_await message.text.text_contains(query.text);
        default:
            co_return co_await judge_text_children(query, message);
    }
}

Task<Result<bool>> judge_message(Account& account, const Query& query, const MessageRow& row,
                                 const RowContext& context,
                                 std::shared_ptr<const MessageInfo> info) {
    LOAM_CO_TRY(const mail::Digest digest, mail::decode_digest(info->impl().view.digest));
    MessageText text(account, row, std::move(info));
    Candidate candidate{row, context, digest, text};
    co_return co_await judge_text(query, candidate);
}

}  // namespace

Task<Result<std::vector<Uid>>> search(Account& account, Mailbox& mailbox, const Query& query,
                                      const std::function<bool()>& cancelled) {
    io::Loop& loop = account.impl().thread.loop;
    // Messages come and go while text is read, so the rows that the flags leave over are kept as
    // values.
    const MailboxRow mailbox_row = mailbox.row();
    const RowContext context{mailbox_row, loop.wall_now() / 1'000'000};
    std::vector<Uid> found;
    std::vector<MessageRow> open;
    for (const MessageRow& row : mailbox.messages()) {
        const Verdict known = judge_row(query, row, context);
        if (known == Verdict::yes) found.push_back(row.uid);
        if (known == Verdict::unknown) open.push_back(row);
    }
    for (std::size_t at = 0; at < open.size(); at += kBatch) {
        if (cancelled()) co_return fail(Errc::closed, "search given up");
        const std::span<const MessageRow> batch =
            std::span(open).subspan(at, std::min(kBatch, open.size() - at));
        std::vector<Cid> cids;
        for (const MessageRow& row : batch)
            cids.push_back(row.cid);
        LOAM_CO_TRY(auto infos, co_await account.message_infos(std::move(cids)));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (!infos[i]) continue;
            const auto holds =
                co_await judge_message(account, query, batch[i], context, std::move(infos[i]));
            if (holds && *holds) found.push_back(batch[i].uid);
            if (holds || holds.error().code == Errc::expunged) continue;
            if (holds.error().code != Errc::corrupt) co_return holds.error();
            spdlog::error("search: account {} uid {}: {}", account.id().value, batch[i].uid.value,
                          holds.error().what);
        }
        co_await io::yield(loop);
    }
    std::ranges::sort(found);
    co_return found;
}

}  // namespace loam
