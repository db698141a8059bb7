#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/api/search.h"
#include "engine/mail/match_text.h"
#include "engine/search/ask.h"

namespace loam {

/// A key that looks into the message: header, text or Date field.
bool is_text_key(const Query& query);

/// The keys of a query that look into messages, and what the index is asked about them. Immutable
/// once made, so any thread may use it. Lifetime: borrows the query.
class SearchPlan {
  public:
    explicit SearchPlan(const Query& query);
    SearchPlan(const SearchPlan&) = delete;
    SearchPlan& operator=(const SearchPlan&) = delete;

    std::span<const lookup::Question> questions() const { return questions_; }
    /// Number of a key's question. The key is_text_key().
    std::size_t question_of(const Query& key) const { return keys_.at(&key).question; }
    const mail::FoldedNeedle& needle_of(const Query& key) const { return keys_.at(&key).needle; }
    /// Name of the header field that a key looks at; empty for body, text and dates.
    std::string_view field_of(const Query& key) const;

  private:
    void add_keys(const Query& query);
    lookup::Question question_for(const Query& key, const mail::FoldedNeedle& needle) const;

    struct Key {
        std::size_t question = 0;
        mail::FoldedNeedle needle;
    };
    std::map<const Query*, Key> keys_;
    std::vector<lookup::Question> questions_;
};

}  // namespace loam
