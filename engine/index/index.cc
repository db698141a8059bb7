#include "engine/index/index.h"

#include <utility>

#include "engine/base/check.h"
#include "engine/index/group_applier.h"
#include "engine/index/keys.h"
#include "engine/index/kv.h"
#include "engine/index/mailbox_editor.h"
#include "engine/index/memory_kv.h"
#include "engine/index/overlay.h"
#include "engine/index/rocks_kv.h"
#include "engine/index/scratch_kv.h"

namespace loam {

Result<std::unique_ptr<Index>> Index::open(const std::string& path, IndexOptions options) {
    LOAM_TRY(auto kv, index::open_rocks_kv(path, options));
    if (options.read_only) kv = std::make_unique<index::OverlayKv>(std::move(kv));
    return std::unique_ptr<Index>(new Index(std::move(kv)));
}

std::unique_ptr<Index> Index::open_memory(index::MemoryStore& store) {
    return std::unique_ptr<Index>(new Index(index::make_memory_kv(store)));
}

std::unique_ptr<Index> Index::open_scratch() {
    return std::unique_ptr<Index>(new Index(std::make_unique<index::ScratchKv>()));
}

Index::Index(std::unique_ptr<index::Kv> kv)
    : kv_(std::move(kv)), tails_(std::make_unique<index::TailCache>()) {}

Index::~Index() = default;

Status Index::apply(const GroupToApply& group) {
    LOAM_CHECK(group.group < group.end);
    auto batch = [&] {
        // Gone before the write: a view of a read-only index locks writers out.
        const auto before = kv_->view(ReadTier::may_block);
        return index::GroupApplier(*before, *tails_, group).run();
    }();
    if (!batch) {
        tails_->clear();
        return std::move(batch.error());
    }
    const std::scoped_lock lock(cache_mutex_);
    Status written = kv_->write(*std::move(batch));
    if (!written) tails_->clear();
    return written;
}

IndexView Index::view(ReadTier tier) const {
    return IndexView(kv_->view(tier));
}

Result<Applied> Index::flush() {
    LOAM_TRY(const Applied applied, view(ReadTier::may_block).applied());
    LOAM_TRY_STATUS(kv_->flush());
    return applied;
}

std::uint64_t Index::bytes_since_flush() const {
    return kv_->bytes_since_flush();
}

Status Index::restore(AccountId account,
                      std::span<const std::pair<std::string, std::string>> entries) {
    index::Batch batch;
    for (const auto& [key, value] : entries) {
        LOAM_TRY(const index::ParsedKey parsed, index::parse_key(key));
        if (parsed.type == index::KeyType::position || parsed.account != account)
            return fail(Errc::corrupt, "snapshot: a key of something else");
        batch.state.insert_or_assign(key, value);
    }
    tails_->clear();
    return kv_->write(std::move(batch));
}

Status Index::rewrite(std::atomic<bool>& stop) {
    return kv_->rewrite(stop);
}

Status Index::put_sidecars(AccountId account,
                           std::span<const std::pair<Cid, std::string_view>> sidecars) {
    std::vector<Cid> cids;
    for (const auto& [cid, sidecar] : sidecars)
        cids.push_back(cid);
    const std::scoped_lock lock(cache_mutex_);
    // An EXPUNGE or ERASE may have come since it was read: what is erased must not come back.
    const IndexView now = view(ReadTier::may_block);
    LOAM_TRY(const auto counts, now.counts(account, cids));
    LOAM_TRY(const auto contents, now.contents(account, cids));
    index::Batch batch;
    for (std::size_t i = 0; i < cids.size(); ++i) {
        if (counts[i] == 0 || !contents[i]) continue;
        batch.cache.insert_or_assign(index::sidecar_key(account, cids[i]),
                                     std::string(sidecars[i].second));
    }
    return kv_->write(std::move(batch));
}

Status Index::put_search(std::map<std::string, std::optional<std::string>, std::less<>> changes) {
    index::Batch batch;
    batch.search = std::move(changes);
    return kv_->write(std::move(batch));
}

Status Index::load(const IndexView& from) {
    const auto source = from.kv().cursor(index::Family::state, std::string(index::kFirstKey),
                                         std::string(index::kAfterLastKey));
    source->seek(index::kFirstKey);
    LOAM_TRY_STATUS(source->status());
    tails_->clear();
    return kv_->load(*source);
}

Status Index::verify() const {
    return kv_->verify();
}

Index::Stats Index::stats() const {
    return kv_->stats();
}

}  // namespace loam
