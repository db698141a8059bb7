#include "imapd/syntax/search_words.h"

#include "engine/base/check.h"
#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

constexpr SearchWord kWords[] = {
    {"ALL", SearchKind::all},
    {"ANSWERED", SearchKind::flag_set, SearchShape::plain, flag_answered},
    {"DELETED", SearchKind::flag_set, SearchShape::plain, flag_deleted},
    {"DRAFT", SearchKind::flag_set, SearchShape::plain, flag_draft},
    {"FLAGGED", SearchKind::flag_set, SearchShape::plain, flag_flagged},
    {"SEEN", SearchKind::flag_set, SearchShape::plain, flag_seen},
    {"UNANSWERED", SearchKind::flag_unset, SearchShape::plain, flag_answered},
    {"UNDELETED", SearchKind::flag_unset, SearchShape::plain, flag_deleted},
    {"UNDRAFT", SearchKind::flag_unset, SearchShape::plain, flag_draft},
    {"UNFLAGGED", SearchKind::flag_unset, SearchShape::plain, flag_flagged},
    {"UNSEEN", SearchKind::flag_unset, SearchShape::plain, flag_seen},
    {"RECENT", SearchKind::recent, SearchShape::obsolete},
    {"NEW", SearchKind::new_mail, SearchShape::obsolete},
    {"OLD", SearchKind::old, SearchShape::obsolete},
    {"KEYWORD", SearchKind::keyword, SearchShape::keyword},
    {"UNKEYWORD", SearchKind::unkeyword, SearchShape::keyword},
    {"BCC", SearchKind::bcc, SearchShape::text},
    {"BODY", SearchKind::body, SearchShape::text},
    {"CC", SearchKind::cc, SearchShape::text},
    {"FROM", SearchKind::from, SearchShape::text},
    {"SUBJECT", SearchKind::subject, SearchShape::text},
    {"TEXT", SearchKind::text, SearchShape::text},
    {"TO", SearchKind::to, SearchShape::text},
    {"HEADER", SearchKind::header, SearchShape::header},
    {"BEFORE", SearchKind::before, SearchShape::date},
    {"ON", SearchKind::on, SearchShape::date},
    {"SINCE", SearchKind::since, SearchShape::date},
    {"SENTBEFORE", SearchKind::sent_before, SearchShape::date},
    {"SENTON", SearchKind::sent_on, SearchShape::date},
    {"SENTSINCE", SearchKind::sent_since, SearchShape::date},
    {"LARGER", SearchKind::larger, SearchShape::octets},
    {"SMALLER", SearchKind::smaller, SearchShape::octets},
    {"OLDER", SearchKind::older, SearchShape::seconds},
    {"YOUNGER", SearchKind::younger, SearchShape::seconds},
    {"MODSEQ", SearchKind::modseq, SearchShape::modseq},
    {"EMAILID", SearchKind::email_id, SearchShape::object_id},
    {"THREADID", SearchKind::thread_id, SearchShape::object_id},
    {"SAVEDBEFORE", SearchKind::saved_before, SearchShape::date},
    {"SAVEDON", SearchKind::saved_on, SearchShape::date},
    {"SAVEDSINCE", SearchKind::saved_since, SearchShape::date},
    {"SAVEDATESUPPORTED", SearchKind::save_date_supported},
    {"UID", SearchKind::uid, SearchShape::uids},
    {"NOT", SearchKind::negation, SearchShape::one_key},
    {"OR", SearchKind::disjunction, SearchShape::two_keys},
};

}  // namespace

const SearchWord* find_search_word(std::string_view name) {
    for (const SearchWord& word : kWords)
        if (ascii_iequals(word.name, name)) return &word;
    return nullptr;
}

const SearchWord& search_word_of(SearchKind kind, SystemFlag flag) {
    const bool by_flag = kind == SearchKind::flag_set || kind == SearchKind::flag_unset;
    for (const SearchWord& word : kWords)
        if (word.kind == kind && (!by_flag || word.flag == flag)) return word;
    LOAM_CHECK(false);
}

}  // namespace loam::imap
