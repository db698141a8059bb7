#include "engine/log/log_reader.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/log/segment_files.h"

namespace loam {

struct LogReader::OpenFile {
    SegmentId segment = 0;
    std::unique_ptr<io::File> file;
    std::size_t reads = 0;  // under way
};

LogReader::LogReader(io::Disk& disk, std::string dir, std::size_t open_files_max)
    : disk_(disk), dir_(std::move(dir)), open_files_max_(open_files_max) {}

LogReader::~LogReader() {
    close();
}

void LogReader::close() {
    for (const auto& open : files_)
        LOAM_CHECK(open->reads == 0);
    files_.clear();
}

Task<Result<ByteVector>> LogReader::read(Place place) {
    LOAM_CO_TRY(ByteVector octets, co_await read_part(place, 0, place.length));
    if (xxh3_64(octets) == place.xxh3) co_return octets;
    co_return fail(Errc::corrupt, describe_place(dir_, lsn_segment(place.group), place.offset) +
                                      ": payload is not what was written");
}

Task<Result<ByteVector>> LogReader::read_part(Place place, std::uint64_t offset,
                                              std::uint64_t length) {
    const SegmentId segment = lsn_segment(place.group);
    if (place.length > kGroupBytesMax || offset > place.length || length > place.length - offset) {
        co_return fail(Errc::corrupt, describe_place(dir_, segment, place.offset) +
                                          ": more is asked for than a payload holds");
    }
    ByteVector octets(length);
    LOAM_CO_TRY_STATUS(co_await read_into(segment, place.offset + offset, octets));
    co_return octets;
}

Task<Status> LogReader::read_into(SegmentId segment, std::uint64_t offset, MutableBytes out) {
    LOAM_CO_TRY(OpenFile* const open, co_await acquire(segment));
    Result<std::size_t> got = co_await open->file->read(offset, out);
    --open->reads;
    shrink();
    if (!got) co_return std::move(got.error());
    bytes_read_ += *got;
    if (*got == out.size()) co_return Status::good();
    co_return fail(Errc::corrupt,
                   describe_place(dir_, segment, offset) + ": the segment ends too early");
}

void LogReader::forget(SegmentId segment) {
    std::erase_if(files_, [segment](const std::unique_ptr<OpenFile>& open) {
        return open->segment == segment && open->reads == 0;
    });
}

/// The segment's file with one more read under way.
Task<Result<LogReader::OpenFile*>> LogReader::acquire(SegmentId segment) {
    OpenFile* open = find(segment);
    if (open == nullptr) {
        Result<std::unique_ptr<io::File>> file =
            co_await disk_.open(segment_path(dir_, segment), io::OpenMode::read);
        if (!file && file.error().code == Errc::not_found) {
            co_return fail(Errc::corrupt, segment_path(dir_, segment) + ": missing");
        }
        if (!file) co_return std::move(file.error());
        open = find(segment);  // somebody else may have opened it meanwhile
        if (open == nullptr) {
            files_.push_front(std::make_unique<OpenFile>(segment, *std::move(file)));
            open = files_.front().get();
        }
    }
    ++open->reads;
    shrink();
    co_return open;
}

/// Moves what it finds to the front.
LogReader::OpenFile* LogReader::find(SegmentId segment) {
    const auto found = std::ranges::find_if(
        files_, [segment](const auto& open) { return open->segment == segment; });
    if (found == files_.end()) return nullptr;
    files_.splice(files_.begin(), files_, found);
    return files_.front().get();
}

/// Closes the files unused for longest. One in use stays, so there may be more for a while.
void LogReader::shrink() {
    for (auto it = files_.end(); files_.size() > open_files_max_ && it != files_.begin();) {
        --it;
        if ((*it)->reads == 0) it = files_.erase(it);
    }
}

}  // namespace loam
