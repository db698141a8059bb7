#include "engine/api/search.h"

#include <algorithm>
#include <optional>

#include <spdlog/spdlog.h>

#include "engine/api/account_state.h"
#include "engine/api/index_builder.h"
#include "engine/api/search_plan.h"
#include "engine/api/search_verify.h"
#include "engine/io/gate.h"

namespace loam {

namespace {

/// Messages that are read and judged together.
constexpr std::size_t kBatch = 32;
/// Batches under way at once: one is read while another is judged.
constexpr std::size_t kLanes = 3;

/// One search while it runs. Everything here is the owner's thread's, but for what a worker is
/// given for a batch. Messages come and go meanwhile, so rows are kept as values.
class SearchRun {
  public:
    SearchRun(Account& account, Mailbox& mailbox, const Query& query,
              const std::function<bool()>& cancelled, SearchProgress* progress)
        : account_(account),
          state_(account.impl()),
          query_(query),
          cancelled_(cancelled),
          progress_(progress),
          mailbox_row_(mailbox.row()),
          plan_(query),
          context_{mailbox_row_, state_.thread.loop.wall_now() / 1'000'000, plan_} {
        for (const MessageRow& row : mailbox.messages())
            sort_out({row, 0});
    }
    SearchRun(const SearchRun&) = delete;
    SearchRun& operator=(const SearchRun&) = delete;

    Task<Status> ask_index();
    Task<Status> verify(SearchWant want);
    std::vector<Uid> take() {
        std::ranges::sort(found_);
        return std::move(found_);
    }

  private:
    /// What the row and the index's answers tell at once.
    void sort_out(const OpenMessage& message) {
        const Verdict known = judge_row(query_, message.row, context_, message.place);
        if (known == Verdict::yes) found_.push_back(message.row.uid);
        if (known == Verdict::unknown) open_.push_back(message);
    }
    Task<Status> judge_until(std::size_t enough, bool from_top);
    bool knows_enough(Uid next) const;
    Task<void> run_lane();
    Task<Status> judge_batch(std::span<const OpenMessage> batch);
    Task<Status> note(const OpenMessage& message, const Judgement& judgement);

    Account& account_;
    Account::Impl& state_;
    const Query& query_;
    const std::function<bool()>& cancelled_;
    SearchProgress* const progress_;  // nobody may want it
    const MailboxRow mailbox_row_;
    const SearchPlan plan_;
    std::optional<lookup::Answers> answers_;
    RowContext context_;
    std::vector<Uid> found_;
    std::vector<OpenMessage> open_;  // ascending by uid, or descending if from_top_
    std::size_t next_ = 0;           // of open_, for the lanes, as the rest
    std::size_t enough_ = 0;         // matches, after which they stop
    bool from_top_ = false;
    Status lanes_;  // the first failure of a lane
};

Task<Status> SearchRun::ask_index() {
    if (open_.empty()) co_return Status::good();
    if (cancelled_()) co_return fail(Errc::closed, "search given up");
    std::vector<Cid> cids;
    cids.reserve(open_.size());
    for (const OpenMessage& message : open_)
        cids.push_back(message.row.cid);
    const TextPool::Lease desk = state_.thread.texts.lend();
    auto work = [this, &cids, &desk] {
        const IndexView view = state_.keeper.index().view(ReadTier::may_block);
        return lookup::ask(view, state_.id, plan_.questions(), cids, desk->zstd);
    };
    LOAM_CO_TRY(answers_,
                co_await io::offload(state_.thread.loop, io::Workers::Class::foreground, work));
    state_.thread.indexer.found_unindexed(state_, answers_->unindexed, answers_->damage);
    context_.answers = &*answers_;
    const std::vector<OpenMessage> asked = std::exchange(open_, {});
    for (std::size_t i = 0; i < asked.size(); ++i)
        sort_out({asked[i].row, i});
    co_return Status::good();
}

Task<Status> SearchRun::note(const OpenMessage& message, const Judgement& judgement) {
    Result<bool> holds = judgement.holds;
    if (!judgement.status) holds = judgement.status.error();
    if (judgement.large) holds = co_await judge_streamed(account_, query_, context_, message);
    if (holds && *holds) found_.push_back(message.row.uid);
    if (holds || holds.error().code == Errc::expunged) co_return Status::good();
    if (holds.error().code != Errc::corrupt) co_return holds.error();
    spdlog::error("search: account {} uid {}: {}", account_.id().value, message.row.uid.value,
                  holds.error().what);
    co_return Status::good();
}

Task<Status> SearchRun::judge_batch(std::span<const OpenMessage> batch) {
    if (cancelled_()) co_return fail(Errc::closed, "search given up");
    std::vector<Cid> cids;
    for (const OpenMessage& message : batch)
        cids.push_back(message.row.cid);
    LOAM_CO_TRY(const auto loaded, co_await load_messages(state_, std::move(cids)));
    const TextPool::Lease desk = state_.thread.texts.lend();
    auto work = [this, batch, &loaded, &desk] {
        return judge_texts(query_, context_, batch, loaded, *desk);
    };
    const std::vector<Judgement> judgements =
        co_await io::offload(state_.thread.loop, io::Workers::Class::foreground, work);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        LOAM_CO_TRY_STATUS(co_await note(batch[i], judgements[i]));
    }
    co_return Status::good();
}

// Before `next`, on the side from which the lanes come, as many match as are wanted.
bool SearchRun::knows_enough(Uid next) const {
    if (enough_ == SearchWant::kAll) return false;
    const auto nearer = [&](Uid uid) { return from_top_ ? uid > next : uid < next; };
    return static_cast<std::size_t>(std::ranges::count_if(found_, nearer)) >= enough_;
}

Task<void> SearchRun::run_lane() {
    while (lanes_ && next_ < open_.size() && !knows_enough(open_[next_].row.uid)) {
        const auto batch = std::span(open_).subspan(next_, std::min(kBatch, open_.size() - next_));
        next_ += batch.size();
        Status judged = co_await judge_batch(batch);
        if (progress_ != nullptr) progress_->done += batch.size();
        if (!judged && lanes_) lanes_ = std::move(judged);
    }
}

// Judges from the front of open_ on. What was judged is not open any more.
Task<Status> SearchRun::judge_until(std::size_t enough, bool from_top) {
    if (enough == 0) co_return Status::good();
    enough_ = enough;
    from_top_ = from_top;
    next_ = 0;
    io::Gate lanes;
    // Few matches are soon found, and what was read beyond them was read in vain.
    const std::size_t batches = std::min(enough, open_.size()) / kBatch + 1;
    for (std::size_t lane = 0; lane < std::min(kLanes, batches); ++lane)
        lanes.spawn(run_lane());
    co_await lanes.close();
    open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(next_));
    co_return lanes_;
}

Task<Status> SearchRun::verify(SearchWant want) {
    if (progress_ != nullptr) progress_->goal = open_.size();
    LOAM_CO_TRY_STATUS(co_await judge_until(want.least, false));
    std::ranges::reverse(open_);
    co_return co_await judge_until(want.most, true);
}

}  // namespace

Task<Result<std::vector<Uid>>> search(Account& account, Mailbox& mailbox, const Query& query,
                                      const std::function<bool()>& cancelled, SearchWant want,
                                      SearchProgress* progress) {
    SearchRun run(account, mailbox, query, cancelled, progress);
    LOAM_CO_TRY_STATUS(co_await run.ask_index());
    LOAM_CO_TRY_STATUS(co_await run.verify(want));
    co_return run.take();
}

}  // namespace loam
