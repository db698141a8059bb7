#include "engine/index/bulk_load.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/status.h>

namespace loam::index {
namespace {

/// Of one file, before compression.
constexpr std::size_t kFileBytes = 64U << 20;

Status status_of(const rocksdb::Status& status) {
    if (status.ok()) return Status::good();
    return error_of(status, "load");
}

/// One file of neighbouring keys, durable when it returns.
Status write_file(const rocksdb::Options& options, rocksdb::ColumnFamilyHandle& family,
                  const std::string& path, KvCursor& source) {
    rocksdb::SstFileWriter writer(rocksdb::EnvOptions(options), options, &family);
    LOAM_TRY_STATUS(status_of(writer.Open(path)));
    for (std::size_t bytes = 0; source.valid() && bytes < kFileBytes; source.next()) {
        const rocksdb::Slice key(source.key().data(), source.key().size());
        const rocksdb::Slice value(source.value().data(), source.value().size());
        LOAM_TRY_STATUS(status_of(writer.Put(key, value)));
        bytes += key.size() + value.size();
    }
    return status_of(writer.Finish());
}

Status load_from(rocksdb::DB& db, rocksdb::ColumnFamilyHandle& family, const std::string& directory,
                 KvCursor& source) {
    const rocksdb::Options options = db.GetOptions(&family);
    std::vector<std::string> files;
    while (source.valid()) {
        files.push_back(directory + "/" + std::to_string(files.size()) + ".sst");
        LOAM_TRY_STATUS(write_file(options, family, files.back(), source));
    }
    LOAM_TRY_STATUS(source.status());
    if (files.empty()) return Status::good();
    rocksdb::IngestExternalFileOptions ingest;
    ingest.move_files = true;
    ingest.write_global_seqno = false;  // the files stay as they were written and synced
    return status_of(db.IngestExternalFile(&family, files, ingest));
}

}  // namespace

Status bulk_load(rocksdb::DB& db, rocksdb::ColumnFamilyHandle& family, const std::string& directory,
                 KvCursor& source) {
    const std::filesystem::path place = directory + "/load";
    std::error_code error;
    std::filesystem::create_directory(place, error);
    if (error) return fail(Errc::io, "index: " + place.string() + ": " + error.message());
    Status loaded = load_from(db, family, place.string(), source);
    std::filesystem::remove_all(place, error);
    if (loaded && error) return fail(Errc::io, "index: " + place.string() + ": " + error.message());
    return loaded;
}

Error error_of(const rocksdb::Status& status, std::string_view where) {
    const std::string what = "index: " + std::string(where) + ": " + status.ToString();
    if (status.IsIncomplete()) return fail(Errc::busy, what);
    if (status.IsCorruption()) return fail(Errc::corrupt, what);
    if (status.IsNotSupported()) return fail(Errc::unsupported, what);
    return fail(Errc::io, what);
}

}  // namespace loam::index
