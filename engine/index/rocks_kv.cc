#include "engine/index/rocks_kv.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>
#include <rocksdb/write_batch.h>

#include "engine/base/check.h"
#include "engine/index/bulk_load.h"

namespace loam::index {
namespace {

constexpr std::size_t kFamilies = 3;
// RocksDB insists on a family called "default"; ours are named, so it stays empty.
constexpr std::array<const char*, kFamilies> kFamilyNames = {"state", "cache", "srch"};
constexpr std::size_t kSearchFamily = 2;
constexpr std::size_t kBlockBytes = 8U << 10;
constexpr double kFilterBitsPerKey = 10;
// Sealing rows into chunks leaves runs of deletions, which reads must step over: a file where this
// many of that many neighbours are deletions is rewritten soon.
constexpr std::size_t kDeletionWindow = 4096;
constexpr std::size_t kDeletionsInWindow = 2048;

rocksdb::Slice slice(std::string_view text) {
    return {text.data(), text.size()};
}

Status status_of(const rocksdb::Status& status, std::string_view where) {
    if (status.ok()) return Status::good();
    return error_of(status, where);
}

/// A read-only store writes nothing, not even RocksDB's own log.
class NoLog : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
};

/// Fail-stop: an error in the background ends the process, and a restart replays the log.
class ErrorListener : public rocksdb::EventListener {
  public:
    explicit ErrorListener(std::function<void(std::string_view)> on_fatal)
        : on_fatal_(std::move(on_fatal)) {}
    void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
        if (on_fatal_) on_fatal_("index: " + status->ToString());
    }
    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                              bool* auto_recovery) override {
        *auto_recovery = false;
    }

  private:
    std::function<void(std::string_view)> on_fatal_;
};

bool supports(rocksdb::CompressionType type) {
    const auto supported = rocksdb::GetSupportedCompressions();
    return std::ranges::find(supported, type) != supported.end();
}

rocksdb::DBOptions db_options(const IndexOptions& options) {
    rocksdb::DBOptions db;
    db.create_if_missing = !options.read_only;
    db.create_missing_column_families = !options.read_only;
    db.atomic_flush = false;
    db.paranoid_checks = true;
    db.max_background_flushes = 1;
    db.max_background_compactions = 2;
    db.max_bgerror_resume_count = 0;
    db.avoid_flush_during_shutdown = !options.flush_on_close;
    // What a reader lets go of is deleted in the background, not by the reader. There is no
    // background in a read-only database: asked to verify, RocksDB would end the process over it.
    db.avoid_unnecessary_blocking_io = !options.read_only;
    db.bytes_per_sync = 1U << 20;
    db.skip_stats_update_on_db_open = true;
    db.stats_dump_period_sec = 0;
    db.stats_persist_period_sec = 0;
    // The info log holds keys, which hold mailbox names.
    db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    db.keep_log_file_num = 4;
    db.max_log_file_size = 1U << 20;
    if (options.read_only) db.info_log = std::make_shared<NoLog>();
    db.listeners.push_back(std::make_shared<ErrorListener>(options.on_fatal));
    return db;
}

rocksdb::ColumnFamilyOptions family_options(const IndexOptions& options,
                                            std::shared_ptr<rocksdb::Cache> cache) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = std::move(cache);
    table.block_size = kBlockBytes;
    table.filter_policy.reset(rocksdb::NewRibbonFilterPolicy(kFilterBitsPerKey));
    table.whole_key_filtering = true;
    table.format_version = 5;
    table.checksum = rocksdb::kXXH3;
    table.cache_index_and_filter_blocks = true;
    table.cache_index_and_filter_blocks_with_high_priority = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;

    rocksdb::ColumnFamilyOptions family;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    family.write_buffer_size = options.write_buffer_bytes;
    family.max_write_buffer_number = 2;
    family.min_write_buffer_number_to_merge = 1;
    family.level0_file_num_compaction_trigger = 4;
    family.level_compaction_dynamic_level_bytes = true;
    family.paranoid_file_checks = true;
    family.periodic_compaction_seconds = options.rewrite_period_s;
    family.table_properties_collector_factories.push_back(
        rocksdb::NewCompactOnDeletionCollectorFactory(kDeletionWindow, kDeletionsInWindow));
    family.compression =
        supports(rocksdb::kLZ4Compression) ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
    if (supports(rocksdb::kZSTD)) family.bottommost_compression = rocksdb::kZSTD;
    return family;
}

/// Its values are packed already.
rocksdb::ColumnFamilyOptions search_family_options(rocksdb::ColumnFamilyOptions family) {
    family.compression = rocksdb::kNoCompression;
    family.bottommost_compression = rocksdb::kDisableCompressionOption;
    return family;
}

/// An index of an older version has no search family, and a reader makes none.
bool lacks_search_family(const rocksdb::DBOptions& options, const std::string& path) {
    std::vector<std::string> names;
    return rocksdb::DB::ListColumnFamilies(options, path, &names).ok() &&
           std::ranges::find(names, kFamilyNames[kSearchFamily]) == names.end();
}

class RocksCursor : public KvCursor {
  public:
    RocksCursor(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, rocksdb::ReadOptions options,
                std::string lower, std::string upper)
        : lower_(std::move(lower)),
          upper_(std::move(upper)),
          lower_slice_(lower_),
          upper_slice_(upper_) {
        options.iterate_lower_bound = &lower_slice_;
        options.iterate_upper_bound = &upper_slice_;
        options.total_order_seek = true;
        options.background_purge_on_iterator_cleanup = true;
        it_.reset(db.NewIterator(options, family));
    }

    void seek(std::string_view key) override {
        it_->Seek(slice(std::max<std::string_view>(key, lower_)));
    }
    void seek_before(std::string_view key) override {
        it_->SeekForPrev(slice(key));
        if (it_->Valid() && it_->key() == slice(key)) it_->Prev();
    }
    void next() override { it_->Next(); }
    bool valid() const override { return it_->Valid(); }
    std::string_view key() const override { return it_->key().ToStringView(); }
    std::string_view value() const override { return it_->value().ToStringView(); }
    Status status() const override { return status_of(it_->status(), "walk"); }

  private:
    std::string lower_;
    std::string upper_;
    rocksdb::Slice lower_slice_;
    rocksdb::Slice upper_slice_;
    std::unique_ptr<rocksdb::Iterator> it_;
};

using Handles = std::array<rocksdb::ColumnFamilyHandle*, kFamilies>;

class RocksView : public KvView {
  public:
    RocksView(rocksdb::DB& db, const Handles& handles, ReadTier tier)
        : db_(db), handles_(handles), snapshot_(&db) {
        options_.snapshot = snapshot_.snapshot();
        options_.read_tier =
            tier == ReadTier::cache_only ? rocksdb::kBlockCacheTier : rocksdb::kReadAllTier;
        options_.total_order_seek = true;
    }

    Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
        rocksdb::PinnableSlice value;
        const rocksdb::Status status = db_.Get(options_, handle(family), slice(key), &value);
        if (status.IsNotFound()) return std::optional<std::string>();
        if (!status.ok()) return error_of(status, "get");
        return std::optional<std::string>(value.ToString());
    }

    Result<std::vector<std::optional<std::string>>> get_many(
        Family family, std::span<const std::string> keys) const override {
        const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
        std::vector<rocksdb::PinnableSlice> found(keys.size());
        std::vector<rocksdb::Status> statuses(keys.size());
        db_.MultiGet(options_, handle(family), keys.size(), slices.data(), found.data(),
                     statuses.data());
        std::vector<std::optional<std::string>> values(keys.size());
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (statuses[i].IsNotFound()) continue;
            if (!statuses[i].ok()) return error_of(statuses[i], "get");
            values[i] = found[i].ToString();
        }
        return values;
    }

    std::unique_ptr<KvCursor> cursor(Family family, std::string lower,
                                     std::string upper) const override {
        return std::make_unique<RocksCursor>(db_, handle(family), options_, std::move(lower),
                                             std::move(upper));
    }

  private:
    rocksdb::ColumnFamilyHandle* handle(Family family) const {
        return handles_[static_cast<std::size_t>(family)];
    }
    rocksdb::DB& db_;
    const Handles& handles_;
    rocksdb::ManagedSnapshot snapshot_;
    rocksdb::ReadOptions options_;
};

class RocksKv : public Kv {
  public:
    RocksKv(std::string path, std::unique_ptr<rocksdb::DB> db,
            std::vector<rocksdb::ColumnFamilyHandle*> handles,
            std::shared_ptr<rocksdb::Cache> cache)
        : path_(std::move(path)),
          db_(std::move(db)),
          all_handles_(std::move(handles)),
          cache_(std::move(cache)) {
        std::copy_n(all_handles_.begin(), kFamilies, handles_.begin());
    }
    RocksKv(const RocksKv&) = delete;
    RocksKv& operator=(const RocksKv&) = delete;
    ~RocksKv() override {
        for (rocksdb::ColumnFamilyHandle* handle : all_handles_)
            (void)db_->DestroyColumnFamilyHandle(handle);
        (void)db_->Close();  // what does not reach the disk here is replayed
    }

    std::unique_ptr<KvView> view(ReadTier tier) const override {
        return std::make_unique<RocksView>(*db_, handles_, tier);
    }

    Status write(Batch batch) override {
        rocksdb::WriteBatch out;
        LOAM_TRY_STATUS(add(out, Family::state, batch.state));
        bytes_since_flush_.fetch_add(out.GetDataSize(), std::memory_order_relaxed);
        LOAM_TRY_STATUS(add(out, Family::cache, batch.cache));
        LOAM_TRY_STATUS(add(out, Family::search, batch.search));
        rocksdb::WriteOptions options;
        options.disableWAL = true;
        return status_of(db_->Write(options, &out), "write");
    }

    Status flush() override {
        const std::uint64_t covered = bytes_since_flush_.load(std::memory_order_relaxed);
        LOAM_TRY_STATUS(
            status_of(db_->Flush(rocksdb::FlushOptions(), handle(Family::state)), "flush"));
        bytes_since_flush_.fetch_sub(covered, std::memory_order_relaxed);
        return Status::good();
    }

    Status rewrite(std::atomic<bool>& stop) override {
        rocksdb::CompactRangeOptions options;
        options.exclusive_manual_compaction = false;
        options.canceled = &stop;
        for (rocksdb::ColumnFamilyHandle* handle : handles_) {
            const rocksdb::Status done = db_->CompactRange(options, handle, nullptr, nullptr);
            if (done.IsIncomplete()) return Status::good();  // stopped
            LOAM_TRY_STATUS(status_of(done, "rewrite"));
        }
        return Status::good();
    }

    std::uint64_t bytes_since_flush() const override {
        return bytes_since_flush_.load(std::memory_order_relaxed);
    }

    Status load(KvCursor& source) override {
        return bulk_load(*db_, *handle(Family::state), path_, source);
    }

    Status verify() const override {
        return status_of(db_->VerifyChecksum(rocksdb::ReadOptions()), "verify");
    }

    Index::Stats stats() const override {
        Index::Stats stats{.cache_used_bytes = cache_->GetUsage()};
        for (rocksdb::ColumnFamilyHandle* handle : handles_) {
            stats.memtable_bytes += property(handle, rocksdb::DB::Properties::kSizeAllMemTables);
            stats.file_bytes += property(handle, rocksdb::DB::Properties::kTotalSstFilesSize);
            stats.pending_compaction_bytes +=
                property(handle, rocksdb::DB::Properties::kEstimatePendingCompactionBytes);
        }
        return stats;
    }

  private:
    rocksdb::ColumnFamilyHandle* handle(Family family) const {
        return handles_[static_cast<std::size_t>(family)];
    }

    Status add(rocksdb::WriteBatch& out, Family family, const Changes& changes) {
        for (const auto& [key, value] : changes) {
            const rocksdb::Status status =
                value ? out.Put(handle(family), key, *value) : out.Delete(handle(family), key);
            if (!status.ok()) return error_of(status, "batch");
        }
        return Status::good();
    }

    std::uint64_t property(rocksdb::ColumnFamilyHandle* handle, const std::string& name) const {
        std::uint64_t value = 0;
        return db_->GetIntProperty(handle, name, &value) ? value : 0;
    }

    const std::string path_;
    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> all_handles_;
    Handles handles_{};
    std::shared_ptr<rocksdb::Cache> cache_;
    std::atomic<std::uint64_t> bytes_since_flush_ = 0;
};

}  // namespace

Result<std::unique_ptr<Kv>> open_rocks_kv(const std::string& path, const IndexOptions& options) {
    const rocksdb::DBOptions db = db_options(options);
    auto cache = rocksdb::NewLRUCache(options.cache_bytes);
    const rocksdb::ColumnFamilyOptions family = family_options(options, cache);
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.reserve(kFamilies + 1);
    for (const char* name : kFamilyNames)
        families.emplace_back(name, family);
    families[kSearchFamily].options = search_family_options(family);
    // Where it is lacking, the default family stands in its place, and nothing is in that one.
    if (options.read_only && lacks_search_family(db, path)) families.pop_back();
    families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());

    if (options.read_only && rocksdb::Env::Default()->FileExists(path + "/CURRENT").IsNotFound())
        return fail(Errc::not_found, "index: " + path + "/CURRENT: missing");
    rocksdb::DB* opened = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    const rocksdb::Status status =
        options.read_only ? rocksdb::DB::OpenForReadOnly(db, path, families, &handles, &opened)
                          : rocksdb::DB::Open(db, path, families, &handles, &opened);
    if (!status.ok()) return error_of(status, "open " + path);
    return std::unique_ptr<Kv>(std::make_unique<RocksKv>(path, std::unique_ptr<rocksdb::DB>(opened),
                                                         std::move(handles), std::move(cache)));
}

}  // namespace loam::index
