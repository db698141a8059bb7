#include "engine/keep/keeper.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <optional>

#include <spdlog/spdlog.h>

#include "engine/io/event.h"
#include "engine/keep/apply_queue.h"
#include "engine/keep/pending.h"
#include "engine/keep/replay.h"
#include "engine/keep/upkeep.h"
#include "engine/log/log_writer.h"
#include "engine/log/recover.h"
#include "engine/log/segment_files.h"
#include "engine/log/super.h"

namespace loam::keep {

namespace {

/// The index is flushed after this much log or time, whichever comes first: what a restart replays
/// at most.
constexpr std::uint64_t kFlushLogBytes = 256U << 20;
constexpr std::chrono::seconds kFlushEvery{30};

/// A group that waits longer than this to be applied is worth a line in the log, again and again:
/// RocksDB stalls, and every answer waits with it.
constexpr std::chrono::seconds kStallAfter{10};
constexpr std::chrono::seconds kLookEvery{5};

Task<Status> nobody_reads(SegmentId /*segment*/) {
    co_return Status::good();
}

std::uint64_t octets_of(const Submission& submission) {
    std::uint64_t octets = 0;
    for (const EncodedRecord& record : submission.records)
        octets += record.meta.size() + record.payload.size();
    return octets;
}

}  // namespace

struct Keeper::Impl {
    Impl(KeeperOptions with, io::Loop& on, Environment in)
        : options(std::move(with)), loop(on), environment(std::move(in)) {}

    const KeeperOptions options;
    io::Loop& loop;  ///< the log's
    const Environment environment;
    StoreId store_id{};
    std::unique_ptr<Index> index;
    std::unique_ptr<ApplyQueue> apply;
    std::unique_ptr<LogWriter> writer;
    ReadPins pins;
    std::unique_ptr<Upkeep> upkeep;
    SegmentGone segment_gone = nobody_reads;

    // On the log's loop.
    io::Loop::TimerId flush_timer = 0;
    io::Loop::TimerId look_timer = 0;
    std::uint64_t unflushed_bytes = 0;
    bool flushing = false;
    std::deque<std::pair<Lsn, io::Monotonic>> unapplied;  ///< ends of groups; durable since
    io::Event all_applied;
    std::optional<Error> failed;
    io::Gate gate;

    std::atomic<bool> low_space{false};
    std::atomic<std::uint64_t> groups{0};
    std::atomic<std::uint64_t> transactions{0};
    std::atomic<std::uint64_t> log_bytes{0};
    std::atomic<std::uint64_t> log_write_ns{0};
    std::atomic<std::uint64_t> waiting_groups{0};
    std::uint64_t replayed_groups = 0;

    Status open_index();
    Task<Result<LogTail>> replay(io::Disk& disk, StoreId store);
    Task<Status> start_log(io::Disk& disk, StoreId store, LogTail tail);
    Task<Status> give_up_uploads(Keeper& keeper);
    void start_upkeep(Keeper& keeper, io::Disk& disk);
    void group_durable(DurableGroup group);
    void group_applied(DurableGroup group);
    void forget_group(Lsn end);
    void submit_here(std::unique_ptr<Pending> pending);
    void arm_flush();
    void flush_soon();
    Task<void> flush();
    void look_for_stall();
    void fail_with(Error error);
    Task<Status> close();
};

Status Keeper::Impl::open_index() {
    IndexOptions index_options;
    index_options.cache_bytes = options.cache_bytes;
    // What is to be erased at once must not stay in old index files for good: 0 would mean never.
    index_options.rewrite_period_s =
        std::max<std::uint64_t>(static_cast<std::uint64_t>(options.erase_after.count()) / 2, 1);
    index_options.on_fatal = [this](std::string_view what) {
        environment.stop_process({Errc::io, "index: " + std::string(what)});
    };
    LOAM_TRY(index, environment.open_index(options.path + "/db", std::move(index_options)));
    return {};
}

Task<Result<LogTail>> Keeper::Impl::replay(io::Disk& disk, StoreId store) {
    LOAM_CO_TRY(const Applied applied, index->view(ReadTier::may_block).applied());
    const std::function<Status(const ScannedGroup&)> apply_group =
        [this](const ScannedGroup& group) {
            ++replayed_groups;
            return index->apply(to_apply(group));
        };
    co_return co_await recover_log(disk, log_dir(options.path, 0), ScanOptions{.store = store},
                                   LogPosition{applied.end, applied.chain},
                                   visit_with(apply_group));
}

Task<Status> Keeper::Impl::start_log(io::Disk& disk, StoreId store, LogTail tail) {
    auto index_failed = [this](const Error& error) {
        const Error fatal{error.code, "index: " + error.what};
        environment.stop_process(fatal);
        loop.post([this, fatal] { fail_with(fatal); });
    };
    apply = std::make_unique<ApplyQueue>(
        *index, environment.apply_workers,
        [this](DurableGroup group) { group_applied(std::move(group)); }, std::move(index_failed));
    LogWriterOptions writer_options;
    writer_options.segment_bytes = options.segment_bytes;
    LogWriter::Callbacks callbacks{
        .on_durable = [this](DurableGroup group) { group_durable(std::move(group)); },
        .on_fatal =
            [this](const Error& error) {
                const Error fatal{error.code, "log: " + error.what};
                environment.stop_process(fatal);
                fail_with(fatal);
            }};
    writer = std::make_unique<LogWriter>(loop, disk, log_dir(options.path, 0), store,
                                         writer_options, std::move(callbacks));
    LOAM_CO_TRY_STATUS(co_await writer->open(tail));
    arm_flush();
    look_for_stall();
    co_return Status::good();
}

void Keeper::Impl::group_durable(DurableGroup group) {
    ++groups;
    transactions += group.submissions.size();
    for (const auto& submission : group.submissions) {
        log_bytes += octets_of(*submission);
        unflushed_bytes += octets_of(*submission);
    }
    log_write_ns += static_cast<std::uint64_t>(group.took.count());
    low_space = writer->low_space();
    if (upkeep) upkeep->note(group);
    unapplied.emplace_back(group.end.end, loop.now());
    waiting_groups = unapplied.size();
    apply->push(std::move(group));
    if (unflushed_bytes >= kFlushLogBytes) flush_soon();
}

// On the apply thread. What waits for the group hears of it on its own loop, with one message a
// loop.
void Keeper::Impl::group_applied(DurableGroup group) {
    const Lsn end = group.end.end;
    const std::optional<std::int64_t> deadline = first_deadline(group);
    std::map<io::Loop*, std::vector<std::unique_ptr<Submission>>> homes;
    for (auto& submission : group.submissions) {
        auto* home = static_cast<Pending&>(*submission).home;  // NOLINT: there are no others
        homes[home].push_back(std::move(submission));
    }
    for (auto& [home, submissions] : homes) {
        home->post([end, finished = std::move(submissions)] {
            for (const auto& submission : finished) {
                auto& pending = static_cast<Pending&>(*submission);  // NOLINT
                Done done = std::exchange(pending.done, nullptr);
                done(Committed{end, pending.payload_places});
            }
        });
    }
    loop.post([this, end, deadline] {
        forget_group(end);
        if (deadline && upkeep) upkeep->note_owed(*deadline);
    });
}

void Keeper::Impl::forget_group(Lsn end) {
    writer->applied(end);
    while (!unapplied.empty() && unapplied.front().first <= end)
        unapplied.pop_front();
    waiting_groups = unapplied.size();
    if (unapplied.empty()) all_applied.set();
}

void Keeper::Impl::submit_here(std::unique_ptr<Pending> pending) {
    writer->submit(std::move(pending));
}

void Keeper::Impl::arm_flush() {
    flush_timer = loop.call_at(loop.now() + kFlushEvery, [this] {
        if (unflushed_bytes > 0) flush_soon();
        arm_flush();
    });
}

void Keeper::Impl::flush_soon() {
    if (flushing) return;
    flushing = true;
    unflushed_bytes = 0;
    gate.spawn(flush());
}

Task<void> Keeper::Impl::flush() {
    auto work = [this] { return index->flush(); };
    const auto flushed = co_await io::offload(loop, io::Workers::Class::foreground, work);
    flushing = false;
    if (flushed) co_return;
    const Error fatal{flushed.error().code, "index: " + flushed.error().what};
    environment.stop_process(fatal);
    fail_with(fatal);
}

/// Looks now and again whether durable groups wait too long for the index.
void Keeper::Impl::look_for_stall() {
    const auto now = loop.now();
    low_space = writer->low_space();
    if (low_space && upkeep) upkeep->hurry();
    if (!unapplied.empty() && now - unapplied.front().second >= kStallAfter) {
        const auto waited = now - unapplied.front().second;
        spdlog::warn(
            "index: {} durable groups wait to be applied, the first for {} s; every answer "
            "waits with them",
            unapplied.size(), std::chrono::duration_cast<std::chrono::seconds>(waited).count());
    }
    look_timer = loop.call_at(now + kLookEvery, [this] { look_for_stall(); });
}

/// Only where a process outlives its stop, which is a simulated one.
void Keeper::Impl::fail_with(Error error) {
    if (!failed) failed = std::move(error);
    all_applied.set();
}

Keeper::Keeper(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)), index_(impl_->index.get()), search_(*index_) {}
Keeper::~Keeper() = default;

const StoreId& Keeper::store_id() const {
    return impl_->store_id;
}

Task<Status> Keeper::create(const KeeperOptions& options, io::Loop& loop, io::Disk& disk) {
    StoreId store{};
    for (std::size_t i = 0; i < store.size(); ++i)
        store[i] = static_cast<std::byte>(loop.random());
    const auto created = co_await create_store(disk, options.path, store, loop.wall_now());
    if (!created) co_return created.error();
    co_return Status::good();
}

Task<Result<std::unique_ptr<Keeper>>> Keeper::open(KeeperOptions options, io::Loop& log_loop,
                                                   io::Disk& disk, Environment environment) {
    auto made = std::make_unique<Impl>(std::move(options), log_loop, std::move(environment));
    LOAM_CO_TRY(const Super super, co_await read_super(disk, made->options.path));
    made->store_id = super.store;
    LOAM_CO_TRY_STATUS(made->open_index());
    LOAM_CO_TRY(const LogTail tail, co_await made->replay(disk, super.store));
    if (made->replayed_groups > 0 || tail.torn_bytes > 0) {
        spdlog::info("log: replayed {} groups, gave up a torn tail of {} octets",
                     made->replayed_groups, tail.torn_bytes);
    }
    LOAM_CO_TRY_STATUS(
        co_await drop_deleted_segments(disk, log_dir(made->options.path, 0), *made->index));
    std::unique_ptr<Keeper> keeper(new Keeper(std::move(made)));
    Impl& impl = *keeper->impl_;
    Status started = co_await impl.start_log(disk, super.store, tail);
    if (started) started = co_await impl.give_up_uploads(*keeper);
    if (started) {
        if (impl.options.erase) impl.start_upkeep(*keeper, disk);
        co_return keeper;
    }
    const Status closed = co_await impl.close();
    if (!closed) spdlog::warn("store: closing after a failed start: {}", closed.error().what);
    co_return started.error();
}

/// Their clients are gone. Before anything new begins, so that the new may have their ids.
Task<Status> Keeper::Impl::give_up_uploads(Keeper& keeper) {
    LOAM_CO_TRY(const auto uploads, index->view(ReadTier::may_block).open_uploads());
    const std::int64_t deadline =
        loop.wall_now() + std::chrono::microseconds(options.erase_after).count();
    for (const OpenUpload& upload : uploads) {
        Commit abort;
        abort.entries.push_back(
            {upload.account, Cid{upload.upload}, AbortRecord{upload.upload, deadline}, {}});
        LOAM_CO_TRY_STATUS(co_await keeper.commit(loop, std::move(abort)));
    }
    co_return Status::good();
}

void Keeper::Impl::start_upkeep(Keeper& keeper, io::Disk& disk) {
    Upkeep::Links links{.loop = loop,
                        .disk = disk,
                        .keeper = keeper,
                        .pins = pins,
                        .current = [this] { return writer->segment(); },
                        .forget = [this](SegmentId id) { return segment_gone(id); },
                        .lock = environment.own_log,
                        .stop_process =
                            [this](const std::string& who, const Error& error) {
                                const Error fatal{error.code, who + error.what};
                                environment.stop_process(fatal);
                                fail_with(fatal);
                            }};
    upkeep = std::make_unique<Upkeep>(std::move(links), options);
    upkeep->start();
}

Task<Status> Keeper::close() {
    co_return co_await impl_->close();
}

Task<Status> Keeper::Impl::close() {
    if (upkeep) co_await upkeep->close();
    loop.cancel(flush_timer);
    loop.cancel(look_timer);
    co_await writer->close();
    while (!unapplied.empty() && !failed)
        co_await all_applied.wait();
    auto drain = [this] {
        apply->stop();
        return true;
    };
    co_await io::offload(loop, io::Workers::Class::foreground, drain);
    co_await gate.close();
    if (failed) co_return fail(Errc::closed, "store: stopped before: " + failed->what);
    auto last_flush = [this] { return index->flush(); };
    const auto flushed = co_await io::offload(loop, io::Workers::Class::foreground, last_flush);
    if (!flushed) co_return flushed.error();
    co_return Status::good();
}

void Keeper::submit(io::Loop& home, Commit commit, Done done) {
    auto pending = std::make_unique<Pending>();
    pending->chunk = commit.chunk;
    pending->home = &home;
    pending->done = std::move(done);
    for (Commit::Entry& entry : commit.entries) {
        pending->records.push_back(
            encode_record(entry.account, entry.cid, entry.record, std::move(entry.payload)));
        pending->typed.push_back(std::move(entry.record));
    }
    LOAM_CHECK(impl_->writer->fits(*pending));
    if (impl_->loop.on_thread()) {
        impl_->submit_here(std::move(pending));
    } else {
        impl_->loop.post([impl = impl_.get(), pending = std::move(pending)]() mutable {
            impl->submit_here(std::move(pending));
        });
    }
}

Task<Result<Committed>> Keeper::commit(io::Loop& home, Commit commit) {
    struct Awaiter {
        Keeper& keeper;
        io::Loop& home;
        Commit& commit;
        Result<Committed> committed = Committed{};
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> awaiting) {
            keeper.submit(home, std::move(commit), [this, awaiting](Result<Committed> result) {
                committed = std::move(result);
                awaiting.resume();
            });
        }
        Result<Committed> await_resume() { return std::move(committed); }
    };
    Awaiter awaiter{*this, home, commit};
    co_return co_await awaiter;
}

bool Keeper::low_space() const {
    return impl_->low_space;
}

Task<Status> Keeper::erase_due(io::Loop& here) {
    LOAM_CHECK(impl_->upkeep);
    auto task = impl_->upkeep->erase_due();
    co_return co_await io::run_on(here, impl_->loop, std::move(task));
}

Task<Status> Keeper::scrub(io::Loop& here) {
    LOAM_CHECK(impl_->upkeep);
    auto task = impl_->upkeep->scrub();
    co_return co_await io::run_on(here, impl_->loop, std::move(task));
}

void Keeper::on_segment_gone(SegmentGone gone) {
    impl_->segment_gone = std::move(gone);
}

ReadPins& Keeper::pins() {
    return impl_->pins;
}

Keeper::Counters Keeper::counters() const {
    Counters counters;
    counters.groups = impl_->groups;
    counters.transactions = impl_->transactions;
    counters.log_bytes = impl_->log_bytes;
    counters.log_write_us = impl_->log_write_ns / 1000;
    counters.waiting_groups = impl_->waiting_groups;
    counters.replayed_groups = impl_->replayed_groups;
    if (impl_->upkeep) impl_->upkeep->add_to(counters);
    return counters;
}

}  // namespace loam::keep
