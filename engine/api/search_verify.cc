#include "engine/api/search_verify.h"

#include <memory>

#include "engine/api/message_state.h"
#include "engine/api/search_plan.h"
#include "engine/api/search_text.h"

namespace loam {

namespace {

using lookup::Field;

/// One message at hand.
struct Sheet {
    const OpenMessage& open;
    const RowContext& context;
    const mail::Digest& digest;
    lookup::FoldedMessage& folded;
};

bool judge(const Query& query, Sheet& sheet) {
    const Verdict known = judge_row(query, sheet.open.row, sheet.context, sheet.open.place);
    if (known != Verdict::unknown) return known == Verdict::yes;
    if (is_text_key(query)) {
        const mail::FoldedNeedle& needle = sheet.context.plan.needle_of(query);
        const std::string_view field = sheet.context.plan.field_of(query);
        if (!field.empty()) return lookup::hold(sheet.folded.field_text(field), needle);
        if (query.op == Query::Op::body)
            return lookup::hold(sheet.folded.text(Field::body), needle);
        if (query.op != Query::Op::text) return judge_sent(query, sheet.digest);
        return lookup::hold(sheet.folded.text(Field::body), needle) ||
               lookup::hold(sheet.folded.text(Field::header), needle);
    }
    const bool decides = query.op == Query::Op::any_of;
    for (const Query& child : query.children) {
        const bool one = judge(child, sheet);
        if (query.op == Query::Op::not_of) return !one;
        if (one == decides) return decides;
    }
    return !decides;
}

Result<bool> judge_loaded(const Query& query, const RowContext& context, const OpenMessage& open,
                          const LoadedMessage& loaded, TextDesk& desk) {
    LOAM_TRY_STATUS(loaded.status);
    LOAM_TRY_STATUS(unpack(loaded, desk.zstd, desk.unpacked));
    LOAM_TRY(const mail::Digest digest, mail::decode_digest(desk.unpacked.digest));
    desk.folded.open(desk.unpacked.structure, desk.unpacked.raw);
    Sheet sheet{open, context, digest, desk.folded};
    return judge(query, sheet);
}

/// The same of a message that is streamed.
struct StreamedSheet {
    const OpenMessage& open;
    const RowContext& context;
    const mail::Digest& digest;
    MessageText& text;
};

Task<Result<bool>> judge(const Query& query, StreamedSheet& sheet);

Task<Result<bool>> judge_children(const Query& query, StreamedSheet& sheet) {
    const bool decides = query.op == Query::Op::any_of;
    for (const Query& child : query.children) {
        LOAM_CO_TRY(const bool one, co_await judge(child, sheet));
        if (query.op == Query::Op::not_of) co_return !one;
        if (one == decides) co_return decides;
    }
    co_return !decides;
}

Task<Result<bool>> judge(const Query& query, StreamedSheet& sheet) {
    const Verdict known = judge_row(query, sheet.open.row, sheet.context, sheet.open.place);
    if (known != Verdict::unknown) co_return known == Verdict::yes;
    if (!is_text_key(query)) co_return co_await judge_children(query, sheet);
    const std::string_view field = sheet.context.plan.field_of(query);
    if (!field.empty()) co_return co_await sheet.text.header_contains(field, query.text);
    if (query.op == Query::Op::body) co_return co_await sheet.text.body_contains(query.text);
    if (query.op == Query::Op::text) co_return co_await sheet.text.text_contains(query.text);
    co_return judge_sent(query, sheet.digest);
}

}  // namespace

std::vector<Judgement> judge_texts(const Query& query, const RowContext& context,
                                   std::span<const OpenMessage> open,
                                   std::span<const LoadedMessage> loaded, TextDesk& desk) {
    std::vector<Judgement> judgements(open.size());
    for (std::size_t i = 0; i < open.size(); ++i) {
        judgements[i].large = loaded[i].state == LoadedMessage::State::large;
        if (loaded[i].state != LoadedMessage::State::ready) continue;
        const auto holds = judge_loaded(query, context, open[i], loaded[i], desk);
        if (holds) {
            judgements[i].holds = *holds;
        } else {
            judgements[i].status = holds.error();
        }
    }
    return judgements;
}

Task<Result<bool>> judge_streamed(Account& account, const Query& query, const RowContext& context,
                                  const OpenMessage& open) {
    LOAM_CO_TRY(auto infos, co_await account.message_infos({open.row.cid}));
    if (!infos.front()) co_return fail(Errc::expunged, "the message is gone");
    LOAM_CO_TRY(const mail::Digest digest, mail::decode_digest(infos.front()->impl().view.digest));
    MessageText text(account, open.row.cid, std::move(infos.front()));
    StreamedSheet sheet{open, context, digest, text};
    co_return co_await judge(query, sheet);
}

}  // namespace loam
