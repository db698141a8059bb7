#include "engine/search/segment_store.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "engine/index/kv.h"
#include "engine/search/segment_keys.h"
#include "engine/search/segment_merger.h"

namespace loam::lookup {

namespace {

using index::Family;

/// Blocks are written in batches of about as many octets: what is applied to the state meanwhile
/// waits for one of them.
constexpr std::size_t kBatchBytes = 512U << 10;

Result<std::optional<std::uint64_t>> last_segment(const IndexView& view,
                                                  const index::KeyRange& range) {
    const auto cursor = view.kv().cursor(Family::search, range.lower, range.upper);
    cursor->seek_before(range.upper);
    LOAM_TRY_STATUS(cursor->status());
    if (!cursor->valid()) return std::optional<std::uint64_t>();
    LOAM_TRY(const std::uint64_t segment, segment_of_key(cursor->key()));
    return std::optional(segment);
}

/// Above every segment that has a head or, after a crash, some blocks.
Result<std::uint64_t> next_segment(const IndexView& view, AccountId account) {
    LOAM_TRY(const auto head, last_segment(view, all_heads(account)));
    LOAM_TRY(const auto blocks, last_segment(view, all_blocks(account)));
    return std::max(head.value_or(0), blocks.value_or(0)) + 1;
}

/// The least key above all of the same segment.
std::string key_after_segment(std::string_view key) {
    return index::after_prefix(std::string(key.substr(0, head_key({}, 0).size())));
}

void remove(AccountId account, const StoredSegment& segment, index::Changes& changes) {
    changes.insert_or_assign(head_key(account, segment.id), std::nullopt);
    const auto remove_blocks = [&](std::uint8_t kind, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            const BlockName name{.kind = kind, .number = static_cast<std::uint32_t>(i)};
            changes.insert_or_assign(block_key(account, segment.id, name), std::nullopt);
        }
    };
    remove_blocks(0, segment.head.grams.size());
    for (std::size_t column = 0; column < kColumns; ++column) {
        remove_blocks(column_kind(static_cast<Column>(column)),
                      segment.head.columns[column].size());
    }
}

/// Where the blocks of a new segment go. Nothing is seen of them before finish().
class Output {
  public:
    Output(Index& index, AccountId account, std::uint64_t segment)
        : index_(index), account_(account), segment_(segment) {}

    Status put(BlockName name, Bytes block) {
        changes_.insert_or_assign(block_key(account_, segment_, name), std::string(as_text(block)));
        bytes_ += block.size();
        if (bytes_ < kBatchBytes) return Status::good();
        bytes_ = 0;
        return index_.put_search(std::exchange(changes_, {}));
    }
    /// The head comes, and the segments go in whose place it is.
    Status finish(const SegmentHead& head, std::span<const StoredSegment> olds) {
        for (const StoredSegment& old : olds)
            remove(account_, old, changes_);
        if (head.docs() > 0) {
            changes_.insert_or_assign(head_key(account_, segment_),
                                      std::string(as_text(encode_head(head))));
        }
        return index_.put_search(std::exchange(changes_, {}));
    }

  private:
    Index& index_;
    AccountId account_;
    std::uint64_t segment_;
    index::Changes changes_;
    std::size_t bytes_ = 0;
};

/// Whether some mailbox still has them.
Result<std::vector<bool>> alive(const IndexView& view, AccountId account,
                                std::span<const Cid> cids) {
    LOAM_TRY(const auto contents, view.contents(account, cids));
    LOAM_TRY(const auto counts, view.counts(account, cids));
    std::vector<bool> is_alive(cids.size());
    for (std::size_t i = 0; i < cids.size(); ++i)
        is_alive[i] = contents[i].has_value() && counts[i] > 0;
    return is_alive;
}

std::vector<Cid> sorted_cids(std::span<const StoredSegment> segments) {
    std::vector<Cid> cids;
    for (const StoredSegment& segment : segments)
        cids.insert(cids.end(), segment.head.cids.begin(), segment.head.cids.end());
    std::ranges::sort(cids);
    return cids;
}

}  // namespace

Result<std::vector<StoredSegment>> load_segments(const IndexView& view, AccountId account) {
    const index::KeyRange range = all_heads(account);
    const auto cursor = view.kv().cursor(Family::search, range.lower, range.upper);
    std::vector<StoredSegment> segments;
    for (cursor->seek(range.lower); cursor->valid(); cursor->next()) {
        const auto id = segment_of_key(cursor->key());
        auto head = decode_head(as_bytes(cursor->value()));
        if (id && head) segments.push_back({*id, *std::move(head)});
    }
    LOAM_TRY_STATUS(cursor->status());
    return segments;
}

LoadBlocks block_loader(const IndexView& view, AccountId account, std::uint64_t segment) {
    return [&view, account,
            segment](std::span<const BlockName> names) -> Result<std::vector<std::string>> {
        std::vector<std::string> keys;
        keys.reserve(names.size());
        for (const BlockName name : names)
            keys.push_back(block_key(account, segment, name));
        LOAM_TRY(auto values, view.kv().get_many(Family::search, keys));
        std::vector<std::string> blocks;
        blocks.reserve(values.size());
        for (auto& value : values) {
            if (!value) return fail(Errc::corrupt, "search segment: a block is missing");
            blocks.push_back(*std::move(value));
        }
        return blocks;
    };
}

/// One account is one caller's while it lives.
class SegmentStore::Turn {
  public:
    Turn(SegmentStore& store, AccountId account) : store_(store), account_(account) {
        std::unique_lock lock(store_.mutex_);
        store_.changed_.wait(lock, [&] { return !store_.busy_.contains(account_); });
        store_.busy_.insert(account_);
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        const std::scoped_lock lock(store_.mutex_);
        store_.busy_.erase(account_);
        store_.changed_.notify_all();
    }

  private:
    SegmentStore& store_;
    AccountId account_;
};

Result<std::vector<Cid>> SegmentStore::unindexed(AccountId account) const {
    const IndexView view = index_.view(ReadTier::may_block);
    const index::KeyRange range = index::all_of(index::KeyType::content, account);
    const auto cursor = view.kv().cursor(Family::state, range.lower, range.upper);
    std::vector<Cid> cids;
    for (cursor->seek(range.lower); cursor->valid(); cursor->next()) {
        LOAM_TRY(const index::ParsedKey key, index::parse_key(cursor->key()));
        cids.push_back(Cid{key.number});
    }
    LOAM_TRY_STATUS(cursor->status());
    LOAM_TRY(std::vector<Cid> left, unindexed_of(account, cids));
    LOAM_TRY(const auto counts, view.counts(account, left));
    std::size_t at = 0;
    std::erase_if(left, [&](Cid) { return counts[at++] == 0; });
    return left;
}

Result<std::vector<Cid>> SegmentStore::unindexed_of(AccountId account,
                                                    std::span<const Cid> cids) const {
    LOAM_TRY(const auto segments, load_segments(index_.view(ReadTier::may_block), account));
    std::vector<Cid> left;
    std::ranges::set_difference(cids, sorted_cids(segments), std::back_inserter(left));
    return left;
}

Status SegmentStore::add(AccountId account, SegmentBuilder builder, ZstdContext& zstd) {
    const Turn turn(*this, account);
    LOAM_TRY(const std::uint64_t segment, next_segment(index_.view(ReadTier::may_block), account));
    Output output(index_, account, segment);
    const auto sink = [&output](BlockName name, const ByteVector& block) {
        return output.put(name, block);
    };
    LOAM_TRY(const SegmentHead head, builder.write(zstd, sink));
    LOAM_TRY_STATUS(output.finish(head, {}));
    // One may have gone since its text was read, and whoever asked for it to be forgotten found
    // nothing to forget.
    LOAM_TRY(const auto is_alive, alive(index_.view(ReadTier::may_block), account, head.cids));
    const StoredSegment written{segment, head};
    if (std::ranges::find(is_alive, false) != is_alive.end())
        LOAM_TRY_STATUS(rewrite(account, {&written, 1}, {}, zstd));
    return merge_full_levels(account, zstd);
}

/// Takes away what belongs to no sound segment: left by a crash, or damaged.
Status SegmentStore::sweep(AccountId account, std::span<const StoredSegment> sound) {
    const IndexView view = index_.view(ReadTier::may_block);
    const auto is_sound = [&](std::uint64_t id) {
        return std::ranges::binary_search(sound, id, {}, &StoredSegment::id);
    };
    index::Changes changes;
    for (const index::KeyRange& range : {all_heads(account), all_blocks(account)}) {
        const auto cursor = view.kv().cursor(Family::search, range.lower, range.upper);
        cursor->seek(range.lower);
        while (cursor->valid()) {
            const auto id = segment_of_key(cursor->key());
            if (id && is_sound(*id)) {
                cursor->seek(key_after_segment(cursor->key()));
                continue;
            }
            changes.insert_or_assign(std::string(cursor->key()), std::nullopt);
            cursor->next();
        }
        LOAM_TRY_STATUS(cursor->status());
    }
    if (changes.empty()) return Status::good();
    return index_.put_search(std::move(changes));
}

Status SegmentStore::merge_full_levels(AccountId account, ZstdContext& zstd) {
    LOAM_TRY(auto all, load_segments(index_.view(ReadTier::may_block), account));
    for (std::uint8_t level = 0; level < kLevelMax; ++level) {
        std::vector<StoredSegment> segments = all;
        std::erase_if(segments,
                      [level](const auto& segment) { return segment.head.level != level; });
        if (segments.size() < kMergeFanOut) continue;
        LOAM_TRY_STATUS(sweep(account, all));
        LOAM_TRY_STATUS(rewrite(account, segments, {}, zstd));
        LOAM_TRY(all, load_segments(index_.view(ReadTier::may_block), account));
    }
    return Status::good();
}

Status SegmentStore::rewrite(AccountId account, std::span<const StoredSegment> olds,
                             std::span<const Cid> gone, ZstdContext& zstd) {
    const IndexView view = index_.view(ReadTier::may_block);
    std::vector<MergeSource> sources;
    std::set<Cid> seen;
    std::size_t kept = 0;
    for (const StoredSegment& old : olds) {
        LOAM_TRY(std::vector<bool> keep, alive(view, account, old.head.cids));
        for (Doc doc = 0; doc < old.head.docs(); ++doc) {
            const Cid cid = old.head.cids[doc];
            if (!seen.insert(cid).second || std::ranges::binary_search(gone, cid))
                keep[doc] = false;
            kept += keep[doc] ? 1 : 0;
        }
        auto load =
            [loader = block_loader(view, account, old.id)](BlockName name) -> Result<std::string> {
            LOAM_TRY(auto blocks, loader({&name, 1}));
            return std::move(blocks.front());
        };
        sources.push_back({.head = old.head, .load = std::move(load), .keep = std::move(keep)});
    }
    LOAM_TRY(const std::uint64_t segment, next_segment(view, account));
    Output output(index_, account, segment);
    const auto sink = [&output](BlockName name, const ByteVector& block) {
        return output.put(name, block);
    };
    auto head = merge_segments(sources, level_of(kept), zstd, sink);
    if (head) return output.finish(*head, olds);
    if (head.error().code != Errc::corrupt) return head.error();
    // Nobody knows which one is damaged. All are made anew from the messages.
    LOAM_TRY_STATUS(output.finish(SegmentHead{}, olds));
    return head.error();
}

Status SegmentStore::forget(AccountId account, std::span<const Cid> cids, ZstdContext& zstd) {
    const Turn turn(*this, account);
    std::vector<Cid> gone(cids.begin(), cids.end());
    std::ranges::sort(gone);
    LOAM_TRY(const auto segments, load_segments(index_.view(ReadTier::may_block), account));
    LOAM_TRY_STATUS(sweep(account, segments));
    for (const StoredSegment& segment : segments) {
        const bool concerned = std::ranges::any_of(
            segment.head.cids, [&](Cid cid) { return std::ranges::binary_search(gone, cid); });
        if (!concerned) continue;
        const Status rewritten = rewrite(account, {&segment, 1}, gone, zstd);
        if (!rewritten && rewritten.error().code != Errc::corrupt) return rewritten;
    }
    return Status::good();
}

Status SegmentStore::drop(AccountId account) {
    const Turn turn(*this, account);
    const IndexView view = index_.view(ReadTier::may_block);
    const index::KeyRange range = all_keys(account);
    const auto cursor = view.kv().cursor(Family::search, range.lower, range.upper);
    index::Changes changes;
    for (cursor->seek(range.lower); cursor->valid(); cursor->next())
        changes.insert_or_assign(std::string(cursor->key()), std::nullopt);
    LOAM_TRY_STATUS(cursor->status());
    return index_.put_search(std::move(changes));
}

}  // namespace loam::lookup
