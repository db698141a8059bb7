#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/index/keys.h"
#include "engine/index/view.h"

/// The whole state in one order, whatever chunks its messages happen to lie in: for fsck, for
/// comparing two indexes, and for people. Errors: io, corrupt.
namespace loam {

namespace index {
class KvCursor;
class RowStream;
}  // namespace index

/// One key and its value. A message is a message, sealed or not: its key is that of a single row,
/// its value encode_row(MessageRow). Equal states give equal entries.
struct StateEntry {
    std::string raw_key;
    index::ParsedKey key;
    std::string value;
};

/// Walks all state keys in their order. Memory: one chunk. Thread: one at a time.
/// Lifetime: borrows `view`.
class StateCursor {
  public:
    explicit StateCursor(const IndexView& view);
    ~StateCursor();
    StateCursor(const StateCursor&) = delete;
    StateCursor& operator=(const StateCursor&) = delete;

    /// nullopt: that was all.
    Result<std::optional<StateEntry>> next();

  private:
    std::unique_ptr<index::KvCursor> plain_;
    std::unique_ptr<index::RowStream> rows_;  ///< gone once it is through
};

/// A key that stands in one index only, or with different values.
struct Difference {
    index::ParsedKey key;
    std::optional<std::string> in_a;
    std::optional<std::string> in_b;
};

/// Compares key by key, message rows decoded. Stops after `differences_max`; empty: they are equal.
Result<std::vector<Difference>> compare(const IndexView& a, const IndexView& b,
                                        std::size_t differences_max);

/// "message account=3 mailbox=1 uid=5".
std::string describe(const index::ParsedKey& key);
/// The value's fields on one line, or why it cannot be read.
std::string describe(const index::ParsedKey& key, std::string_view value);

}  // namespace loam
