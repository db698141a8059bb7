#include "engine/api/index_builder.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "engine/api/account_state.h"
#include "engine/mail/parsed_message.h"

namespace loam {

namespace {

/// Messages, and their octets, that may wait: as many are searched without an index.
constexpr std::size_t kTailMessages = 512;
constexpr std::uint64_t kTailBytes = 4U << 20;
/// A message counts for no more, since the rest of it is hardly text.
constexpr std::uint64_t kMessageBytesCounted = 32U << 10;
/// So many messages or more become a segment once no others came for a while.
constexpr std::size_t kIdleMessages = 32;
constexpr std::chrono::seconds kIdle{5};
/// What one new segment takes at most.
constexpr std::size_t kSegmentMessages = 512;
constexpr std::uint64_t kSegmentTextBytes = 32U << 20;
/// Messages read together.
constexpr std::size_t kBatch = 32;

/// Thread: a worker.
Status add_document(const LoadedMessage& loaded, TextDesk& desk, lookup::SegmentBuilder& builder) {
    LOAM_TRY_STATUS(loaded.status);
    LOAM_TRY_STATUS(unpack(loaded, desk.zstd, desk.unpacked));
    desk.folded.open(desk.unpacked.structure, desk.unpacked.raw);
    lookup::Document document{.cid = loaded.cid, .terms = {}, .values = {}};
    for (const lookup::Field field : {lookup::Field::header, lookup::Field::body}) {
        const std::string_view text = desk.folded.text(field);
        desk.terms.add(text);
        desk.terms.take(document.terms[static_cast<std::size_t>(field)]);
        document.text_bytes += text.size();
    }
    const auto value = [&document](lookup::Column column) -> std::string& {
        return document.values[static_cast<std::size_t>(column)];
    };
    value(lookup::Column::digest) = as_text(desk.unpacked.digest);
    for (const auto& [name, column] : lookup::kFieldColumns)
        value(column) = desk.folded.field_text(name);
    builder.add(document);
    return Status::good();
}

/// Returns those that cannot be indexed. Thread: a worker.
std::vector<Cid> add_documents(std::span<const LoadedMessage> loaded, TextDesk& desk,
                               lookup::SegmentBuilder& builder) {
    std::vector<Cid> refused;
    for (const LoadedMessage& message : loaded) {
        if (message.state == LoadedMessage::State::gone) continue;
        if (message.state == LoadedMessage::State::large || !add_document(message, desk, builder))
            refused.push_back(message.cid);
    }
    return refused;
}

}  // namespace

IndexBuilder::~IndexBuilder() {
    LOAM_CHECK(queue_.empty() && idle_.empty());
}

void IndexBuilder::set_waiting(IndexDebt& debt, std::vector<Cid> waiting) {
    std::erase_if(waiting, [&debt](Cid cid) { return debt.refused.contains(cid); });
    lag_ = lag_ - debt.waiting.size() + waiting.size();
    debt.waiting = std::move(waiting);
}

void IndexBuilder::arrived(Account::Impl& account, Cid cid, std::uint64_t bytes) {
    IndexDebt& debt = account.index_debt;
    debt.waiting.push_back(cid);
    debt.waiting_bytes += std::min(bytes, kMessageBytesCounted);
    ++lag_;
    if (debt.waiting.size() >= kTailMessages || debt.waiting_bytes >= kTailBytes)
        return queue(account);
    if (debt.queued || debt.waiting.size() < kIdleMessages || gate_.closed()) return;
    debt.queued = true;
    ++account.pins;
    idle_.push_back(&account);
    if (timer_ == 0) timer_ = loop_.call_at(loop_.now() + kIdle, [this] { look_again(); });
}

void IndexBuilder::look_again() {
    timer_ = 0;
    for (Account::Impl* const account : std::exchange(idle_, {})) {
        account->index_debt.queued = false;
        queue(*account);
        --account->pins;
    }
}

void IndexBuilder::opened(Account::Impl& account) {
    if (!account.index_debt.surveyed) queue(account);
}

void IndexBuilder::found_unindexed(Account::Impl& account, std::span<const Cid> cids, bool damage) {
    IndexDebt& debt = account.index_debt;
    if (damage) {
        spdlog::warn("search: the index of account {} is damaged and will be made anew",
                     account.id.value);
        debt.damaged = true;
        return queue(account);
    }
    if (cids.size() < kTailMessages || debt.queued) return;
    std::vector<Cid> waiting = debt.waiting;
    waiting.insert(waiting.end(), cids.begin(), cids.end());
    std::ranges::sort(waiting);
    const auto again = std::ranges::unique(waiting);
    waiting.erase(again.begin(), again.end());
    set_waiting(debt, std::move(waiting));
    if (debt.waiting.size() >= kTailMessages) queue(account);
}

void IndexBuilder::deleted(Account::Impl& account) {
    queue(account);
}

void IndexBuilder::queue(Account::Impl& account) {
    if (account.index_debt.queued || gate_.closed() || account.id == kStoreAccount) return;
    account.index_debt.queued = true;
    ++account.pins;
    queue_.push_back(&account);
    if (!running_) {
        running_ = true;
        gate_.spawn(run());
    }
}

Task<void> IndexBuilder::run() {
    co_await io::yield(loop_);  // whoever caused it goes on first
    while (!queue_.empty()) {
        Account::Impl& account = *queue_.front();
        queue_.pop_front();
        Status built;
        if (!gate_.closed()) built = co_await build(account, kIdleMessages);
        if (!built)
            spdlog::warn("search: index of account {}: {}", account.id.value, built.error().what);
        account.index_debt.queued = false;
        --account.pins;
    }
    running_ = false;
}

Task<Status> IndexBuilder::survey(Account::Impl& account) {
    IndexDebt& debt = account.index_debt;
    auto work = [&account, damaged = debt.damaged]() -> Result<std::vector<Cid>> {
        if (damaged) LOAM_TRY_STATUS(account.keeper.search().drop(account.id));
        return account.keeper.search().unindexed(account.id);
    };
    debt.surveyed = true;
    debt.damaged = false;
    const auto known = static_cast<std::ptrdiff_t>(debt.waiting.size());
    LOAM_CO_TRY(std::vector<Cid> waiting,
                co_await io::offload(loop_, io::Workers::Class::background, work));
    // Those that came while it looked.
    waiting.insert(waiting.end(), debt.waiting.begin() + known, debt.waiting.end());
    set_waiting(debt, std::move(waiting));
    co_return Status::good();
}

/// Until at most `leave` messages wait.
Task<Status> IndexBuilder::build(Account::Impl& account, std::size_t leave) {
    IndexDebt& debt = account.index_debt;
    if (account.deleted) {
        set_waiting(debt, {});
        auto drop = [&account] { return account.keeper.search().drop(account.id); };
        co_return co_await io::offload(loop_, io::Workers::Class::background, drop);
    }
    if (!debt.surveyed || debt.damaged) {
        LOAM_CO_TRY_STATUS(co_await survey(account));
    }
    while (debt.waiting.size() > leave && !gate_.closed() && !account.deleted) {
        const std::size_t count = std::min(debt.waiting.size(), kSegmentMessages);
        const auto end = debt.waiting.begin() + static_cast<std::ptrdiff_t>(count);
        std::vector<Cid> cids(debt.waiting.begin(), end);
        std::vector<Cid> rest(end, debt.waiting.end());
        set_waiting(debt, std::move(rest));
        debt.waiting_bytes = 0;
        LOAM_CO_TRY_STATUS(co_await build_segment(account, std::move(cids)));
    }
    co_return Status::good();
}

Task<Status> IndexBuilder::build_segment(Account::Impl& account, std::vector<Cid> cids) {
    lookup::SegmentStore& store = account.keeper.search();
    std::ranges::sort(cids);
    const auto again = std::ranges::unique(cids);
    cids.erase(again.begin(), again.end());
    auto left_out = [&store, &account, &cids] { return store.unindexed_of(account.id, cids); };
    LOAM_CO_TRY(cids, co_await io::offload(loop_, io::Workers::Class::background, left_out));

    const TextPool::Lease desk = texts_.lend();
    lookup::SegmentBuilder builder;
    auto write = [&] { return store.add(account.id, std::exchange(builder, {}), desk->zstd); };
    for (std::size_t at = 0; at < cids.size(); at += kBatch) {
        const auto batch = std::span(cids).subspan(at, std::min(kBatch, cids.size() - at));
        LOAM_CO_TRY(const auto loaded,
                    co_await load_messages(account, {batch.begin(), batch.end()}));
        auto work = [&] { return add_documents(loaded, *desk, builder); };
        const std::vector<Cid> refused =
            co_await io::offload(loop_, io::Workers::Class::background, work);
        account.index_debt.refused.insert(refused.begin(), refused.end());
        if (builder.text_bytes() < kSegmentTextBytes) continue;
        LOAM_CO_TRY_STATUS(co_await io::offload(loop_, io::Workers::Class::background, write));
    }
    if (builder.docs() == 0) co_return Status::good();
    co_return co_await io::offload(loop_, io::Workers::Class::background, write);
}

Task<Status> IndexBuilder::build_all(Account::Impl& account) {
    while (account.index_debt.queued && !gate_.closed())
        co_await io::sleep_until(loop_, loop_.now() + std::chrono::milliseconds(5));
    if (gate_.closed()) co_return fail(Errc::closed, "the index is no longer built");
    account.index_debt.queued = true;  // nobody else builds meanwhile
    ++account.pins;
    account.index_debt.surveyed = false;
    const Status built = co_await build(account, 0);
    account.index_debt.queued = false;
    --account.pins;
    co_return built;
}

Task<Status> Account::build_search_index() {
    co_return co_await impl_->thread.indexer.build_all(*impl_);
}

Task<void> IndexBuilder::close() {
    loop_.cancel(timer_);
    timer_ = 0;
    for (Account::Impl* const account : std::exchange(idle_, {})) {
        account->index_debt.queued = false;
        --account->pins;
    }
    co_await gate_.close();
}

}  // namespace loam
