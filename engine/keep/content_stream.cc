#include "engine/keep/content_stream.h"

#include <algorithm>

#include "engine/keep/stored_sidecar.h"

namespace loam::keep {

Task<Result<ByteVector>> read_stored_sidecar(LogReader& log, const ContentRow& content) {
    if (content.places.empty() || content.sidecar_bytes > content.places.back().length ||
        content.sidecar_bytes > kStoredSidecarBytesMax) {
        co_return fail(Errc::corrupt, "content row: sidecar does not fit its place");
    }
    co_return co_await log.read_part(content.places.back(), 0, content.sidecar_bytes);
}

Task<Result<ByteVector>> read_stored(LogReader& log, const ContentRow& content, StoredRange range) {
    ByteVector octets;
    // The blob runs through the places in order; the last one begins with the sidecar.
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < content.places.size() && octets.size() < range.bytes; ++i) {
        const Place& place = content.places[i];
        const bool last = i + 1 == content.places.size();
        const std::uint64_t skip = last ? content.sidecar_bytes : 0;
        const std::uint64_t place_end = at + place.length - skip;
        const std::uint64_t from = range.offset + octets.size();
        if (from >= at && from < place_end) {
            const std::uint64_t length = std::min(place_end - from, range.bytes - octets.size());
            LOAM_CO_TRY(ByteVector piece, co_await log.read_part(place, skip + from - at, length));
            if (octets.empty()) {
                octets = std::move(piece);
            } else {
                octets.insert(octets.end(), piece.begin(), piece.end());
            }
        }
        at = place_end;
    }
    co_return octets;
}

ContentStream::ContentStream(LogReader& log, ZstdContext& zstd, const ContentRow& content,
                             BlobReader reader, std::uint64_t size)
    : log_(log), zstd_(zstd), content_(content), reader_(reader), size_(size) {}

ContentStream ContentStream::raw(LogReader& log, ZstdContext& zstd, const ContentRow& content,
                                 const BlobLayout& layout, std::uint64_t offset,
                                 std::uint64_t length) {
    const BlobReader reader = BlobReader::raw(layout, offset, length);
    return {log, zstd, content, reader, reader.remaining()};
}

ContentStream ContentStream::decoded(LogReader& log, ZstdContext& zstd, const ContentRow& content,
                                     const BlobLayout& layout, const mail::Part& part,
                                     std::uint64_t offset, std::uint64_t length) {
    offset = std::min(offset, part.decoded_bytes);
    length = std::min(length, part.decoded_bytes - offset);
    const bool plain_extent =
        part.blob_extent && *part.blob_extent < layout.extents.size() && !part.needs_crlf;
    if (plain_extent) {
        const BlobReader reader = BlobReader::decoded(layout, *part.blob_extent, offset, length);
        return {log, zstd, content, reader, reader.remaining()};
    }
    const bool as_stored = part.transfer == mail::Encoding::identity && !part.needs_crlf;
    if (as_stored) return raw(log, zstd, content, layout, part.body_offset + offset, length);
    ContentStream stream{log, zstd, content,
                         BlobReader::raw(layout, part.body_offset, part.body_bytes), length};
    stream.decoder_.emplace(part);
    stream.skip_ = offset;
    return stream;
}

Task<Status> ContentStream::fetch(StoredRange range) {
    const std::uint64_t end = range.offset + range.bytes;
    if (range.offset >= fetched_at_ && end <= fetched_at_ + fetched_.size()) {
        co_return Status::good();
    }
    const StoredRange rest = reader_.whole();
    const std::uint64_t want = std::max(range.bytes, std::min(rest.bytes, kFetchBytesMax));
    fetched_at_ = range.offset;
    LOAM_CO_TRY(fetched_, co_await read_stored(log_, content_, {range.offset, want}));
    if (fetched_.size() < range.bytes) {
        co_return fail(Errc::corrupt, "blob: places end before the frames do");
    }
    co_return Status::good();
}

Task<Result<bool>> ContentStream::next_plain() {
    plain_.clear();
    const auto range = reader_.next();
    if (!range) co_return false;
    LOAM_CO_TRY_STATUS(co_await fetch(*range));
    const Bytes stored = Bytes(fetched_).subspan(range->offset - fetched_at_, range->bytes);
    LOAM_CO_TRY_STATUS(reader_.feed(zstd_, stored, plain_));
    co_return true;
}

void ContentStream::trim_to_range() {
    const std::uint64_t skipped = std::min<std::uint64_t>(skip_, out_.size());
    out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(skipped));
    skip_ -= skipped;
    if (out_.size() > size_ - yielded_) out_.resize(size_ - yielded_);
}

Task<Result<Bytes>> ContentStream::next() {
    if (yielded_ == size_) co_return Bytes{};
    if (!decoder_) {
        LOAM_CO_TRY(const bool more, co_await next_plain());
        if (!more || plain_.empty())
            co_return fail(Errc::corrupt, "blob: ends before the range does");
        yielded_ += plain_.size();
        co_return Bytes(plain_);
    }
    out_.clear();
    while (out_.empty()) {
        if (decoder_finished_)
            co_return fail(Errc::corrupt, "part: decodes to less than its recorded size");
        LOAM_CO_TRY(const bool more, co_await next_plain());
        if (more) {
            decoder_->feed(plain_, out_);
        } else {
            decoder_->finish(out_);
            decoder_finished_ = true;
        }
        trim_to_range();
    }
    yielded_ += out_.size();
    co_return Bytes(out_);
}

}  // namespace loam::keep
