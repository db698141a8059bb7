#include "imapd/syntax/search_key.h"

#include <algorithm>
#include <utility>

#include "imapd/syntax/search_words.h"
#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

/// Recursive descent over one program; it counts what it builds.
class Parser {
  public:
    Parser(Lexer& lexer, const ParseContext& context) : lexer_(lexer), context_(context) {}

    /// search-key *(SP search-key)
    Result<SearchKey> keys(std::size_t depth) {
        SearchKey all{.kind = SearchKind::conjunction};
        do {
            LOAM_TRY(SearchKey one, key(depth));
            all.children.push_back(std::move(one));
        } while (lexer_.accept(' '));
        if (all.children.size() > 1) return all;
        SearchKey only = std::move(all.children.front());
        return only;
    }

  private:
    Result<SearchKey> key(std::size_t depth) {
        if (depth > kSearchDepthMax) return fail(Errc::limit, "SEARCH: nested too deep");
        if (++keys_ > kSearchKeysMax) return fail(Errc::limit, "SEARCH: too many keys");
        const char next = lexer_.peek();
        if (next == '(') return group(depth);
        if (is_digit(next) || next == '*' || next == '$') return set(SearchKind::seq);
        const Lexer start = lexer_;
        LOAM_TRY(const std::string_view name, lexer_.label());
        const SearchWord* word = find_search_word(name);
        const bool obsolete = word != nullptr && word->shape == SearchShape::obsolete;
        if (word == nullptr || (obsolete && !rules_of(context_.mode).obsolete_keys))
            return start.expected("a search key");
        SearchKey key{.kind = word->kind, .flag = word->flag};
        LOAM_TRY_STATUS(arguments(*word, key, depth));
        return key;
    }

    // "(" search-key *(SP search-key) ")"
    Result<SearchKey> group(std::size_t depth) {
        LOAM_TRY_STATUS(lexer_.expect('('));
        LOAM_TRY(SearchKey inner, keys(depth + 1));
        LOAM_TRY_STATUS(lexer_.expect(')'));
        return inner;
    }

    Result<SearchKey> set(SearchKind kind) {
        SearchKey key{.kind = kind};
        LOAM_TRY(const std::string_view text, lexer_.set_text());
        LOAM_TRY(key.set, parse_sequence_set(text));
        return key;
    }

    Status arguments(const SearchWord& word, SearchKey& key, std::size_t depth) {
        if (word.shape == SearchShape::plain || word.shape == SearchShape::obsolete)
            return Status::good();
        LOAM_TRY_STATUS(lexer_.sp());
        switch (word.shape) {
            case SearchShape::keyword: {
                LOAM_TRY(key.text, parse_keyword(lexer_));
                break;
            }
            case SearchShape::text:
                return text(key);
            case SearchShape::header:
                return header(key);
            case SearchShape::date:
                return date(key);
            case SearchShape::octets: {
                LOAM_TRY(key.number, lexer_.number64());
                break;
            }
            case SearchShape::seconds: {
                LOAM_TRY(key.number, lexer_.nz_number());
                break;
            }
            case SearchShape::modseq:
                return modseq(key);
            case SearchShape::object_id:
                return object_id(key);
            case SearchShape::uids: {
                LOAM_TRY(key, set(SearchKind::uid));
                break;
            }
            case SearchShape::one_key:
                return child(key, depth);
            case SearchShape::two_keys: {
                LOAM_TRY_STATUS(child(key, depth));
                LOAM_TRY_STATUS(lexer_.sp());
                return child(key, depth);
            }
            case SearchShape::plain:
            case SearchShape::obsolete:
                break;
        }
        return Status::good();
    }

    Status child(SearchKey& parent, std::size_t depth) {
        LOAM_TRY(SearchKey inner, key(depth + 1));
        parent.children.push_back(std::move(inner));
        return Status::good();
    }

    Status text(SearchKey& key) {
        LOAM_TRY(key.text, lexer_.astring());
        return is_utf8(key.text) ? Status::good() : lexer_.fault("search string is not UTF-8");
    }

    // header-fld-name SP astring
    Status header(SearchKey& key) {
        LOAM_TRY(key.header_name, lexer_.astring());
        if (key.header_name.empty() || !is_utf8(key.header_name))
            return lexer_.fault("not the name of a header field");
        LOAM_TRY_STATUS(lexer_.sp());
        return text(key);
    }

    // date := date-text / DQUOTE date-text DQUOTE
    Status date(SearchKey& key) {
        const Lexer start = lexer_;
        LOAM_TRY(const std::string text, lexer_.astring());
        const auto day = parse_date(text);
        if (!day) return start.expected("a date");
        key.date = *day;
        return Status::good();
    }

    // objectid := 1*255(ALPHA / DIGIT / "_" / "-"), RFC 8474 section 7
    Status object_id(SearchKey& key) {
        constexpr std::size_t kBytesMax = 255;
        const Lexer start = lexer_;
        LOAM_TRY(const std::string_view id, lexer_.atom());
        const bool plain = std::ranges::all_of(
            id, [](char c) { return is_alpha(c) || is_digit(c) || c == '_' || c == '-'; });
        if (!plain || id.size() > kBytesMax) return start.expected("an object id");
        key.text = id;
        return Status::good();
    }

    // [entry-name SP entry-type-req SP] mod-sequence-valzer
    Status modseq(SearchKey& key) {
        if (lexer_.peek() == '"') {
            LOAM_TRY(key.entry, lexer_.quoted());
            if (!ascii_iequals(std::string_view(key.entry).substr(0, 7), "/flags/"))
                return lexer_.fault("not the entry of a flag");
            LOAM_TRY_STATUS(lexer_.sp());
            LOAM_TRY_STATUS(entry_type(key));
            LOAM_TRY_STATUS(lexer_.sp());
        }
        LOAM_TRY(key.number, lexer_.number64());
        return Status::good();
    }

    Status entry_type(SearchKey& key) {
        for (const std::string_view type : {"priv", "shared", "all"}) {
            if (!lexer_.accept_word(type)) continue;
            key.entry_type = type;
            return Status::good();
        }
        return lexer_.expected("priv, shared or all");
    }

    Lexer& lexer_;
    const ParseContext& context_;
    std::size_t keys_ = 0;
};

}  // namespace

bool SearchKey::has(SearchKind wanted) const {
    return kind == wanted || std::ranges::any_of(children, [wanted](const SearchKey& child) {
               return child.has(wanted);
           });
}

bool SearchKey::has_numbers() const {
    return (kind == SearchKind::seq && !set.is_saved()) ||
           std::ranges::any_of(children, &SearchKey::has_numbers);
}

Result<SearchKey> parse_search_keys(Lexer& lexer, const ParseContext& context) {
    LOAM_TRY(SearchKey key, Parser(lexer, context).keys(1));
    LOAM_TRY_STATUS(lexer.expect_end());
    return key;
}

}  // namespace loam::imap
