#include "engine/check/scrub.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/codec/checksum.h"
#include "engine/codec/varint.h"
#include "engine/index/index.h"
#include "engine/keep/lock_file.h"
#include "engine/keep/message_names.h"
#include "engine/log/log_reader.h"
#include "engine/log/scanner.h"
#include "engine/log/segment_files.h"
#include "engine/log/super.h"

namespace loam::check {

namespace {

constexpr std::size_t kCacheBytes = 32U << 20;
/// How much is read between two notes of where it is.
constexpr std::uint64_t kNoteBytes = 64U << 20;
constexpr std::size_t kPositionBytes = 28;

// position := end:u64 chain:16 crc:u32
std::string encode_position(const LogPosition& position) {
    ByteVector octets;
    ByteWriter out(octets);
    out.u64(position.end.value);
    out.bytes(position.chain);
    out.u32(crc32c(octets));
    return std::string(as_text(octets));
}

std::optional<LogPosition> decode_position(Bytes in) {
    if (in.size() != kPositionBytes) return std::nullopt;
    ByteReader reader(in, "SCRUB");
    LogPosition position;
    position.end = Lsn{reader.u64()};
    std::ranges::copy(reader.bytes(position.chain.size()), position.chain.begin());
    if (reader.u32() != crc32c(in.first(kPositionBytes - 4))) return std::nullopt;
    return position;
}

class Scrub {
  public:
    Scrub(ScrubOptions options, io::Loop& loop, io::Disk& disk)
        : options_(std::move(options)),
          loop_(loop),
          disk_(disk),
          log_(disk, log_dir(options_.path, 0)),
          begun_(loop.now()) {}

    Task<Result<ScrubReport>> run(StoreId store);

  private:
    Task<Result<LogPosition>> where_it_stopped();
    Task<Status> note(LogPosition position);
    Task<Status> forget();
    Task<Result<std::unique_ptr<LogScanner>>> begin(StoreId store);
    Task<Status> check_group(const ScannedGroup& group);
    Status damaged(const ScannedRecord& record, const Error& error);
    Status found(std::string what);
    Task<Status> keep_to_rate();
    std::string note_path() const { return options_.path + "/SCRUB"; }

    const ScrubOptions options_;
    io::Loop& loop_;
    io::Disk& disk_;
    LogReader log_;
    const io::Monotonic begun_;
    std::unique_ptr<Index>
        index_;  ///< null: it cannot be read, and whose a payload is stays unknown
    ScrubReport report_;
};

Task<Result<ScrubReport>> Scrub::run(StoreId store) {
    IndexOptions index_options;
    index_options.read_only = true;
    index_options.cache_bytes = kCacheBytes;
    auto index = Index::open(options_.path + "/db", std::move(index_options));
    if (index) index_ = *std::move(index);
    LOAM_CO_TRY(const auto scanner, co_await begin(store));
    std::uint64_t noted = 0;
    for (;;) {
        LOAM_CO_TRY(const auto group, co_await scanner->next());
        if (!group) break;
        LOAM_CO_TRY_STATUS(co_await check_group(*group));
        const bool enough = options_.bytes_max != 0 && report_.bytes >= options_.bytes_max;
        if (enough || report_.bytes - noted >= kNoteBytes) {
            LOAM_CO_TRY_STATUS(co_await note(group->end));
            noted = report_.bytes;
        }
        if (enough) co_return std::move(report_);
    }
    report_.finished = true;
    LOAM_CO_TRY_STATUS(co_await forget());
    co_return std::move(report_);
}

/// At the place where an earlier one stopped, if the log still has it.
Task<Result<std::unique_ptr<LogScanner>>> Scrub::begin(StoreId store) {
    LOAM_CO_TRY(const LogPosition from, co_await where_it_stopped());
    const std::string dir = log_dir(options_.path, 0);
    if (from != LogPosition{}) {
        auto scanner = std::make_unique<LogScanner>(
            disk_, dir, ScanOptions{.store = store, .allow_gaps = true});
        const Status opened = co_await scanner->open(from);
        report_.resumed = opened.ok();
        if (opened) co_return scanner;
    }
    auto scanner =
        std::make_unique<LogScanner>(disk_, dir, ScanOptions{.store = store, .allow_gaps = true});
    LOAM_CO_TRY_STATUS(co_await scanner->open(LogPosition{}));
    co_return scanner;
}

Task<Result<LogPosition>> Scrub::where_it_stopped() {
    if (options_.restart) co_return LogPosition{};
    const auto file = co_await disk_.open(note_path(), io::OpenMode::read);
    if (!file && file.error().code == Errc::not_found) co_return LogPosition{};
    if (!file) co_return file.error();
    ByteVector octets(kPositionBytes);
    LOAM_CO_TRY(const std::size_t got, co_await (*file)->read(0, octets));
    octets.resize(got);
    co_return decode_position(octets).value_or(LogPosition{});
}

Task<Status> Scrub::note(LogPosition position) {
    const std::string fresh = note_path() + ".new";
    const Status gone = co_await disk_.unlink(fresh);
    if (!gone && gone.error().code != Errc::not_found) co_return gone;
    LOAM_CO_TRY(const auto file, co_await disk_.open(fresh, io::OpenMode::create));
    const std::string octets = encode_position(position);
    LOAM_CO_TRY_STATUS(co_await file->write(0, as_bytes(octets)));
    LOAM_CO_TRY_STATUS(co_await file->sync());
    co_return co_await disk_.rename(fresh, note_path());
}

Task<Status> Scrub::forget() {
    const Status gone = co_await disk_.unlink(note_path());
    if (!gone && gone.error().code != Errc::not_found) co_return gone;
    co_return Status::good();
}

Task<Status> Scrub::check_group(const ScannedGroup& group) {
    for (const ScannedRecord& record : group.records) {
        if (record.payload.length == 0) continue;
        const auto octets = co_await log_.read(record.payload);
        ++report_.payloads;
        report_.bytes += record.payload.length;
        if (!octets && octets.error().code != Errc::corrupt) co_return octets.error();
        if (!octets) {
            LOAM_CO_TRY_STATUS(damaged(record, octets.error()));
        }
    }
    if (options_.progress) {
        options_.progress("segment " + std::to_string(lsn_segment(group.lsn)) + ", " +
                          std::to_string(report_.bytes >> 20) + " MiB read");
    }
    co_return co_await keep_to_rate();
}

/// A payload that no message needs any more may be anything: what is erased is zeros.
Status Scrub::damaged(const ScannedRecord& record, const Error& error) {
    std::string who = "account " + std::to_string(record.header.account.value) + " content " +
                      std::to_string(record.header.cid.value);
    if (index_) {
        const IndexView view = index_->view(ReadTier::may_block);
        LOAM_TRY(who, keep::who_misses(view, record.header, record.payload));
        if (who.empty()) {
            ++report_.unused;
            return Status::good();
        }
    }
    return found(who + ": " + error.what);
}

Status Scrub::found(std::string what) {
    ++report_.findings_count;
    if (report_.findings.size() < options_.findings_max)
        report_.findings.push_back(std::move(what));
    return Status::good();
}

Task<Status> Scrub::keep_to_rate() {
    if (options_.bytes_per_second != 0) {
        const auto due = std::chrono::duration<double>(
            static_cast<double>(report_.bytes) / static_cast<double>(options_.bytes_per_second));
        const auto when = begun_ + std::chrono::duration_cast<std::chrono::nanoseconds>(due);
        if (when > loop_.now()) co_await io::sleep_until(loop_, when);
    }
    co_await io::yield(loop_);
    co_return Status::good();
}

}  // namespace

Task<Result<ScrubReport>> scrub(ScrubOptions options, io::Loop& loop, io::Disk& disk) {
    LOAM_CO_TRY(const Super super, co_await read_super(disk, options.path));
    LOAM_CO_TRY(const auto lock, keep::LockFile::acquire(options.path));
    Scrub scrub(std::move(options), loop, disk);
    co_return co_await scrub.run(super.store);
}

}  // namespace loam::check
