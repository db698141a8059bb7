#include "engine/keep/keeper.h"

#include <atomic>
#include <cstdlib>
#include <map>

#include <spdlog/spdlog.h>

#include "engine/keep/apply_thread.h"
#include "engine/keep/replay.h"
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

/// Nobody knows what the disk holds now. Restart recovers; going on could acknowledge what is not
/// there.
[[noreturn]] void end_process(const Error& error) {
    spdlog::critical("stopping at once: {}", error.what);
    spdlog::default_logger()->flush();
    std::_Exit(EXIT_FAILURE);
}

std::uint64_t octets_of(const Submission& submission) {
    std::uint64_t octets = 0;
    for (const EncodedRecord& record : submission.records)
        octets += record.meta.size() + record.payload.size();
    return octets;
}

}  // namespace

struct Keeper::Impl {
    Impl(KeeperOptions with, io::Loop& on) : options(std::move(with)), loop(on) {}

    const KeeperOptions options;
    io::Loop& loop;  ///< the log's
    std::unique_ptr<Index> index;
    std::unique_ptr<ApplyThread> apply;
    std::unique_ptr<LogWriter> writer;

    // On the log's loop.
    io::Loop::TimerId flush_timer = 0;
    std::uint64_t unflushed_bytes = 0;
    bool flushing = false;
    io::Gate gate;

    std::atomic<bool> low_space{false};
    std::atomic<std::uint64_t> groups{0};
    std::atomic<std::uint64_t> transactions{0};
    std::atomic<std::uint64_t> log_bytes{0};
    std::uint64_t replayed_groups = 0;

    Status open_index();
    Task<Result<LogTail>> replay(io::Disk& disk, StoreId store);
    Task<Status> start_log(io::Disk& disk, StoreId store, LogTail tail);
    void group_durable(DurableGroup group);
    void group_applied(DurableGroup group);
    void submit_here(std::unique_ptr<Pending> pending);
    void arm_flush();
    void flush_soon();
    Task<void> flush();
};

Status Keeper::Impl::open_index() {
    IndexOptions index_options;
    index_options.cache_bytes = options.cache_bytes;
    index_options.rewrite_period_s = static_cast<std::uint64_t>(options.erase_after.count()) / 2;
    index_options.on_fatal = [](std::string_view what) {
        end_process({Errc::io, "index: " + std::string(what)});
    };
    LOAM_TRY(index, Index::open(options.path + "/db", std::move(index_options)));
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
    apply = std::make_unique<ApplyThread>(
        *index, [this](DurableGroup group) { group_applied(std::move(group)); },
        [](const Error& error) { end_process({error.code, "index: " + error.what}); });
    LogWriterOptions writer_options;
    writer_options.segment_bytes = options.segment_bytes;
    LogWriter::Callbacks callbacks{
        .on_durable = [this](DurableGroup group) { group_durable(std::move(group)); },
        .on_fatal = [](const Error& error) { end_process({error.code, "log: " + error.what}); }};
    writer = std::make_unique<LogWriter>(loop, disk, log_dir(options.path, 0), store,
                                         writer_options, std::move(callbacks));
    co_return co_await writer->open(tail);
}

void Keeper::Impl::group_durable(DurableGroup group) {
    ++groups;
    transactions += group.submissions.size();
    for (const auto& submission : group.submissions) {
        log_bytes += octets_of(*submission);
        unflushed_bytes += octets_of(*submission);
    }
    low_space = writer->low_space();
    apply->push(std::move(group));
    if (unflushed_bytes >= kFlushLogBytes) flush_soon();
}

// On the apply thread. What waits for the group hears of it on its own loop, with one message a
// loop.
void Keeper::Impl::group_applied(DurableGroup group) {
    const Lsn end = group.end.end;
    std::map<io::Loop*, std::vector<std::unique_ptr<Submission>>> homes;
    for (auto& submission : group.submissions) {
        io::Loop* home =
            static_cast<Pending&>(*submission).home;  // NOLINT: Keeper submits nothing else
        homes[home].push_back(std::move(submission));
    }
    for (auto& [home, submissions] : homes) {
        home->post([end, finished = std::move(submissions)] {
            for (const auto& submission : finished) {
                auto& pending = static_cast<Pending&>(*submission);  // NOLINT
                pending.done(Committed{end, pending.payload_places});
            }
        });
    }
    loop.post([this, end] { writer->applied(end); });
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
    if (!flushed) end_process({flushed.error().code, "index: " + flushed.error().what});
    flushing = false;
}

Keeper::Keeper(std::unique_ptr<Impl> impl) : impl_(std::move(impl)), index_(impl_->index.get()) {}
Keeper::~Keeper() = default;

Task<Status> Keeper::create(const KeeperOptions& options, io::Loop& loop, io::Disk& disk) {
    StoreId store{};
    for (std::size_t i = 0; i < store.size(); ++i)
        store[i] = static_cast<std::byte>(loop.random());
    const auto created = co_await create_store(disk, options.path, store, loop.wall_now());
    if (!created) co_return created.error();
    co_return Status::good();
}

Task<Result<std::unique_ptr<Keeper>>> Keeper::open(KeeperOptions options, io::Loop& log_loop,
                                                   io::Disk& disk) {
    auto impl = std::make_unique<Impl>(std::move(options), log_loop);
    LOAM_CO_TRY(const Super super, co_await read_super(disk, impl->options.path));
    LOAM_CO_TRY_STATUS(impl->open_index());
    LOAM_CO_TRY(const LogTail tail, co_await impl->replay(disk, super.store));
    if (impl->replayed_groups > 0 || tail.torn_bytes > 0) {
        spdlog::info("log: replayed {} groups, gave up a torn tail of {} octets",
                     impl->replayed_groups, tail.torn_bytes);
    }
    LOAM_CO_TRY_STATUS(co_await impl->start_log(disk, super.store, tail));
    impl->arm_flush();
    std::unique_ptr<Keeper> keeper(new Keeper(std::move(impl)));

    LOAM_CO_TRY(const auto uploads, keeper->index().view(ReadTier::may_block).open_uploads());
    const std::int64_t deadline =
        log_loop.wall_now() + std::chrono::microseconds(keeper->impl_->options.erase_after).count();
    for (const OpenUpload& upload : uploads) {
        Commit abort;
        abort.entries.push_back(
            {upload.account, Cid{upload.upload}, AbortRecord{upload.upload, deadline}, {}});
        co_await keeper->commit(log_loop, std::move(abort));
    }
    co_return keeper;
}

Task<Status> Keeper::close() {
    impl_->loop.cancel(impl_->flush_timer);
    co_await impl_->writer->close();
    auto drain = [this] {
        impl_->apply->stop();
        return true;
    };
    co_await io::offload(impl_->loop, io::Workers::Class::foreground, drain);
    co_await impl_->gate.close();
    auto flush = [this] { return index_->flush(); };
    const auto flushed = co_await io::offload(impl_->loop, io::Workers::Class::foreground, flush);
    if (!flushed) co_return flushed.error();
    co_await io::yield(
        impl_->loop);  // the last applied() was posted before; the writer must outlive it
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

Task<Committed> Keeper::commit(io::Loop& home, Commit commit) {
    struct Awaiter {
        Keeper& keeper;
        io::Loop& home;
        Commit& commit;
        Committed committed{};
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> awaiting) {
            keeper.submit(home, std::move(commit), [this, awaiting](const Committed& result) {
                committed = result;
                awaiting.resume();
            });
        }
        Committed await_resume() { return std::move(committed); }
    };
    Awaiter awaiter{*this, home, commit};
    co_return co_await awaiter;
}

bool Keeper::low_space() const {
    return impl_->low_space;
}

Keeper::Counters Keeper::counters() const {
    return {impl_->groups, impl_->transactions, impl_->log_bytes, impl_->replayed_groups};
}

}  // namespace loam::keep
