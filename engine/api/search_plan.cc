#include "engine/api/search_plan.h"

#include <algorithm>
#include <optional>

#include "engine/api/search_rows.h"
#include "engine/mail/casemap.h"
#include "engine/mail/header.h"
#include "engine/mail/parsed_message.h"
#include "engine/search/folded_message.h"

namespace loam {

namespace {

using lookup::Column;
using lookup::Field;
using lookup::Hint;

std::optional<Column> column_of(std::string_view field) {
    for (const lookup::FieldColumn& one : lookup::kFieldColumns) {
        if (mail::equal_nocase(one.field, field)) return one.column;
    }
    return std::nullopt;
}

bool is_sent(Query::Op op) {
    return op == Query::Op::sent_before || op == Query::Op::sent_on || op == Query::Op::sent_since;
}

lookup::Question ask_dates(const Query& key) {
    lookup::Question question;
    question.column = Column::digest;
    question.judge = [&key](std::string_view value) {
        const auto digest = mail::decode_digest(as_bytes(value));
        if (!digest) return Hint::maybe;
        return judge_sent(key, *digest) ? Hint::yes : Hint::no;
    };
    return question;
}

lookup::Question ask_field(const mail::FoldedNeedle& needle, Column column) {
    lookup::Question question;
    question.column = column;
    question.needle = &needle;
    return question;
}

/// The needle stands somewhere in a header that has the field: no more is known of it.
lookup::Question ask_any_header(std::string_view field, const mail::FoldedNeedle& needle) {
    lookup::Question question;
    question.decides = false;
    question.fields = {Field::header};
    const bool ascii = std::ranges::all_of(field, [](char c) { return c > ' ' && c <= '~'; });
    if (ascii) {
        const std::string start = mail::casefold(field) + ": ";
        question.needles.push_back(lookup::terms_of_needle(start));
    }
    if (!needle.empty()) question.needles.push_back(lookup::terms_of_needle(needle.text()));
    return question;
}

}  // namespace

bool is_text_key(const Query& query) {
    using enum Query::Op;
    switch (query.op) {
        case header:
        case from:
        case to:
        case cc:
        case bcc:
        case subject:
        case body:
        case text:
            return true;
        default:
            return is_sent(query.op);
    }
}

std::string_view SearchPlan::field_of(const Query& key) const {
    using enum Query::Op;
    switch (key.op) {
        case header:
            return key.name;
        case from:
            return "From";
        case to:
            return "To";
        case cc:
            return "Cc";
        case bcc:
            return "Bcc";
        case subject:
            return "Subject";
        default:
            return {};
    }
}

SearchPlan::SearchPlan(const Query& query) {
    add_keys(query);
    questions_.reserve(keys_.size());
    for (auto& [key, planned] : keys_) {
        planned.question = questions_.size();
        questions_.push_back(question_for(*key, planned.needle));
    }
}

void SearchPlan::add_keys(const Query& query) {
    if (is_text_key(query))
        keys_.try_emplace(&query, Key{0, mail::FoldedNeedle(mail::casefold(query.text))});
    for (const Query& child : query.children)
        add_keys(child);
}

lookup::Question SearchPlan::question_for(const Query& key,
                                          const mail::FoldedNeedle& needle) const {
    if (is_sent(key.op)) return ask_dates(key);
    lookup::Question question;
    if (key.op == Query::Op::body || key.op == Query::Op::text) {
        question.fields = {Field::body};
        if (key.op == Query::Op::text) question.fields.push_back(Field::header);
        question.needles.push_back(lookup::terms_of_needle(needle.text()));
        return question;
    }
    const std::string_view field = field_of(key);
    if (const auto column = column_of(field)) return ask_field(needle, *column);
    return ask_any_header(field, needle);
}

}  // namespace loam
