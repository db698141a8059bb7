#include "imapd/cmd/search_query.h"

#include <algorithm>
#include <utility>

#include "imapd/session/flag_text.h"
#include "imapd/session/object_id.h"

namespace loam::imap {
namespace {

using Op = Query::Op;

Query leaf(Op op, std::uint64_t number = 0) {
    Query query;
    query.op = op;
    query.number = number;
    return query;
}

Query with_text(Op op, const SearchKey& key) {
    Query query = leaf(op);
    query.name = key.header_name;
    query.text = key.text;
    return query;
}

Query uids(UidSet set) {
    Query query = leaf(Op::uids);
    query.uids = std::move(set);
    return query;
}

// The messages that share a content: RFC 8474 section 6.
Query with_email_id(std::string_view id, const SelectedView& view) {
    UidSet found;
    const auto content = parse_email_object_id(view.mailbox().account(), id);
    for (const MessageRow& row : view.mailbox().messages()) {
        if (content && row.cid == *content) found.add(row.uid);
    }
    return uids(std::move(found));
}

Query negate(Query child) {
    Query query = leaf(Op::not_of);
    query.children.push_back(std::move(child));
    return query;
}

Query recent_and_unseen(const SelectedView& view) {
    Query out = leaf(Op::all_of);
    out.children.push_back(uids(view.recent()));
    out.children.push_back(leaf(Op::flags_clear, kFlagSeen));
    return out;
}

Result<Query> numbered(const SearchKey& key, const SelectedView& view) {
    if (key.set.is_saved() || key.kind == SearchKind::uid) {
        LOAM_TRY(const NumSet numbers, view.resolve(key.set, true));
        return uids(view.uids_of(numbers));
    }
    NumSet numbers;
    for (const NumRange& range : key.set.resolve(view.exists()).ranges()) {
        if (range.first > view.exists()) break;
        numbers.add(NumRange{range.first, std::min(range.last, view.exists())});
    }
    return uids(view.uids_of(numbers));
}

Result<Query> connected(Op op, const SearchKey& key, const SelectedView& view) {
    Query out = leaf(op);
    for (const SearchKey& child : key.children) {
        LOAM_TRY(Query query, make_query(child, view));
        out.children.push_back(std::move(query));
    }
    return out;
}

Op text_op(SearchKind kind) {
    switch (kind) {
        case SearchKind::bcc:
            return Op::bcc;
        case SearchKind::cc:
            return Op::cc;
        case SearchKind::from:
            return Op::from;
        case SearchKind::to:
            return Op::to;
        case SearchKind::subject:
            return Op::subject;
        case SearchKind::body:
            return Op::body;
        case SearchKind::text:
            return Op::text;
        case SearchKind::header:
            return Op::header;
        default:
            LOAM_CHECK(false);
    }
}

Op number_op(SearchKind kind) {
    switch (kind) {
        case SearchKind::before:
            return Op::internal_before;
        case SearchKind::on:
            return Op::internal_on;
        case SearchKind::since:
            return Op::internal_since;
        case SearchKind::sent_before:
            return Op::sent_before;
        case SearchKind::sent_on:
            return Op::sent_on;
        case SearchKind::sent_since:
            return Op::sent_since;
        case SearchKind::larger:
            return Op::larger;
        case SearchKind::smaller:
            return Op::smaller;
        case SearchKind::saved_before:
            return Op::save_before;
        case SearchKind::saved_on:
            return Op::save_on;
        case SearchKind::saved_since:
            return Op::save_since;
        case SearchKind::older:
            return Op::older;
        case SearchKind::younger:
            return Op::younger;
        default:
            LOAM_CHECK(false);
    }
}

// Days before 1970 hold no message: 0 stands for them all.
std::uint64_t days(Date date) {
    return date.days < 0 ? 0 : static_cast<std::uint64_t>(date.days);
}

}  // namespace

Result<Query> make_query(const SearchKey& key, const SelectedView& view) {
    switch (key.kind) {
        case SearchKind::all:
        case SearchKind::save_date_supported:  // by every mailbox: RFC 8514 section 4.3
            return leaf(Op::all);
        case SearchKind::email_id:
            return with_email_id(key.text, view);
        case SearchKind::thread_id:
            return leaf(Op::none);  // no message has one: RFC 8474 section 5.2
        case SearchKind::conjunction:
            return connected(Op::all_of, key, view);
        case SearchKind::disjunction:
            return connected(Op::any_of, key, view);
        case SearchKind::negation:
            return connected(Op::not_of, key, view);
        case SearchKind::flag_set:
            return leaf(Op::flags_set, engine_flags(key.flag));
        case SearchKind::flag_unset:
            return leaf(Op::flags_clear, engine_flags(key.flag));
        case SearchKind::keyword:
            return with_text(Op::keyword, key);
        case SearchKind::unkeyword:
            return negate(with_text(Op::keyword, key));
        case SearchKind::recent:
            return uids(view.recent());
        case SearchKind::new_mail:
            return recent_and_unseen(view);
        case SearchKind::old:
            return negate(uids(view.recent()));
        case SearchKind::bcc:
        case SearchKind::cc:
        case SearchKind::from:
        case SearchKind::to:
        case SearchKind::subject:
        case SearchKind::body:
        case SearchKind::text:
        case SearchKind::header:
            return with_text(text_op(key.kind), key);
        case SearchKind::before:
        case SearchKind::on:
        case SearchKind::since:
        case SearchKind::sent_before:
        case SearchKind::sent_on:
        case SearchKind::sent_since:
        case SearchKind::saved_before:
        case SearchKind::saved_on:
        case SearchKind::saved_since:
            return leaf(number_op(key.kind), days(key.date));
        case SearchKind::larger:
        case SearchKind::smaller:
        case SearchKind::older:
        case SearchKind::younger:
            return leaf(number_op(key.kind), key.number);
        case SearchKind::modseq:
            // One modseq for all flags of a message, so the entry is not looked at: RFC 7162
            // section 3.1.5.
            return leaf(Op::modseq, key.number);
        case SearchKind::seq:
        case SearchKind::uid:
            return numbered(key, view);
    }
    LOAM_CHECK(false);
}

Query among(UidSet uids, Query query) {
    Query known;
    known.op = Query::Op::uids;
    known.uids = std::move(uids);
    Query both;
    both.op = Query::Op::all_of;
    both.children.push_back(std::move(known));
    both.children.push_back(std::move(query));
    return both;
}

std::function<bool()> given_up(Session& session) {
    return [&port = session.port()] { return !port.alive() || port.stopping(); };
}

}  // namespace loam::imap
