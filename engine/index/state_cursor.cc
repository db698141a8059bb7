#include "engine/index/state_cursor.h"

#include <utility>

#include "engine/base/bytes.h"
#include "engine/index/chunk.h"
#include "engine/index/kv.h"
#include "engine/record/row_codec.h"

namespace loam {
namespace index {

/// All messages of all mailboxes in the order of their keys: chunks and single rows merged.
class RowStream {
  public:
    explicit RowStream(const KvView& kv)
        : fixed_(open(kv, KeyType::fixed)),
          changing_(open(kv, KeyType::changing)),
          singles_(open(kv, KeyType::message)) {}

    Result<std::optional<StateEntry>> next() {
        LOAM_TRY_STATUS(fill());
        LOAM_TRY_STATUS(singles_->status());
        const bool sealed_left = at_ < chunk_.size();
        if (!sealed_left && !singles_->valid()) return std::optional<StateEntry>();
        StateEntry sealed;
        if (sealed_left) sealed.raw_key = message_key(account_, mailbox_, chunk_[at_].uid);
        if (!sealed_left || (singles_->valid() && singles_->key() < sealed.raw_key)) {
            StateEntry single{.raw_key = std::string(singles_->key()),
                              .key = {},
                              .value = std::string(singles_->value())};
            LOAM_TRY(single.key, parse_key(single.raw_key));
            singles_->next();
            return std::optional(std::move(single));
        }
        LOAM_TRY(sealed.key, parse_key(sealed.raw_key));
        sealed.value = std::string(as_text(encode_row(chunk_[at_])));
        ++at_;
        return std::optional(std::move(sealed));
    }

  private:
    static std::unique_ptr<KvCursor> open(const KvView& kv, KeyType type) {
        const KeyRange range = all_of(type);
        auto cursor = kv.cursor(Family::state, range.lower, range.upper);
        cursor->seek(range.lower);
        return cursor;
    }

    /// Loads the next chunk once the last one is used up.
    Status fill() {
        if (at_ < chunk_.size()) return Status::good();
        LOAM_TRY_STATUS(fixed_->status());
        LOAM_TRY_STATUS(changing_->status());
        if (!fixed_->valid() && !changing_->valid()) return Status::good();
        if (!fixed_->valid() || !changing_->valid() ||
            fixed_->key().substr(1) != changing_->key().substr(1))
            return fail(Errc::corrupt, "message chunk: one half is missing");
        LOAM_TRY(const ParsedKey key, parse_key(fixed_->key()));
        LOAM_TRY(chunk_, decode_chunk(fixed_->value(), changing_->value()));
        account_ = key.account;
        mailbox_ = key.mailbox;
        at_ = 0;
        fixed_->next();
        changing_->next();
        return Status::good();
    }

    std::unique_ptr<KvCursor> fixed_;
    std::unique_ptr<KvCursor> changing_;
    std::unique_ptr<KvCursor> singles_;
    AccountId account_;
    MailboxId mailbox_;
    std::vector<MessageRow> chunk_;
    std::size_t at_ = 0;
};

}  // namespace index

namespace {

using index::KeyType;

bool is_row(std::string_view key) {
    const auto type = static_cast<KeyType>(key.front());
    return type == KeyType::message || type == KeyType::fixed || type == KeyType::changing;
}

}  // namespace

StateCursor::StateCursor(const IndexView& view)
    : plain_(view.kv().cursor(index::Family::state, std::string(index::kFirstKey),
                              std::string(index::kAfterLastKey))),
      rows_(std::make_unique<index::RowStream>(view.kv())) {
    plain_->seek(index::kFirstKey);
}

StateCursor::~StateCursor() = default;

Result<std::optional<StateEntry>> StateCursor::next() {
    while (plain_->valid() && is_row(plain_->key()))
        plain_->seek(index::after_prefix(std::string(plain_->key().substr(0, 1))));
    LOAM_TRY_STATUS(plain_->status());
    const bool rows_come_first =
        !plain_->valid() || plain_->key().front() > static_cast<char>(KeyType::message);
    if (rows_ && rows_come_first) {
        LOAM_TRY(auto row, rows_->next());
        if (row) return row;
        rows_.reset();
    }
    if (!plain_->valid()) return std::optional<StateEntry>();
    StateEntry entry{
        .raw_key = std::string(plain_->key()), .key = {}, .value = std::string(plain_->value())};
    LOAM_TRY(entry.key, index::parse_key(entry.raw_key));
    plain_->next();
    return std::optional(std::move(entry));
}

Result<std::vector<Difference>> compare(const IndexView& a, const IndexView& b,
                                        std::size_t differences_max) {
    StateCursor from_a(a);
    StateCursor from_b(b);
    std::vector<Difference> found;
    LOAM_TRY(auto left, from_a.next());
    LOAM_TRY(auto right, from_b.next());
    while ((left || right) && found.size() < differences_max) {
        const bool take_left = left && (!right || left->raw_key <= right->raw_key);
        const bool take_right = right && (!left || right->raw_key <= left->raw_key);
        const bool equal = take_left && take_right && left->value == right->value;
        if (!equal) {
            Difference& difference = found.emplace_back();
            difference.key = take_left ? left->key : right->key;
            if (take_left) difference.in_a = left->value;
            if (take_right) difference.in_b = right->value;
        }
        if (take_left) {
            LOAM_TRY(left, from_a.next());
        }
        if (take_right) {
            LOAM_TRY(right, from_b.next());
        }
    }
    return found;
}

}  // namespace loam
