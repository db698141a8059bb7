#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/codec/frame.h"
#include "engine/mail/match_text.h"
#include "engine/search/segment_store.h"

/// What an account's segments say of messages.
namespace loam::lookup {

/// Whether a message has what was asked for, as far as the index knows.
enum class Hint : std::uint8_t { no, maybe, yes };

/// One question: of terms, or of a column's values.
struct Question {
    /// Terms: a message has it if one of `fields` has all of `needles`. `yes` is said only where
    /// `decides`.
    std::vector<Field> fields;
    std::vector<NeedleTerms> needles;
    bool decides = true;
    /// A column: what `judge` says of the value or, for a field's texts, whether they hold
    /// `needle`, which is borrowed. Thread: any.
    std::optional<Column> column;
    std::function<Hint(std::string_view)> judge;
    const mail::FoldedNeedle* needle = nullptr;
};

struct Answers {
    /// hints[q][i]: question q about cids[i]. What is not indexed: maybe.
    std::vector<std::vector<Hint>> hints;
    std::vector<Cid> unindexed;  ///< of the cids asked about, ascending
    bool damage = false;         ///< some segment could not be read, and all of it is maybe
};

/// `cids` in any order; one may stand there twice. May block unless the view does not.
/// Errors: busy (cache_only), io.
Result<Answers> ask(const IndexView& view, AccountId account, std::span<const Question> questions,
                    std::span<const Cid> cids, ZstdContext& zstd);

/// Calls `use` with the place of each of `cids` that the index has a value of, and the value.
/// Errors: busy (cache_only), io.
using UsePlacedValue = std::function<void(std::size_t place, std::string_view value)>;
Status read_column(const IndexView& view, AccountId account, Column column,
                   std::span<const Cid> cids, ZstdContext& zstd, const UsePlacedValue& use);

/// What an account's index takes, for people.
struct AccountFigures {
    std::uint64_t segments = 0;
    std::uint64_t messages = 0;
    std::uint64_t text_bytes = 0;
    std::uint64_t index_bytes = 0;
};
Result<AccountFigures> figures(const IndexView& view, AccountId account);

}  // namespace loam::lookup
