#include "imapd/net/deflate.h"

#include <zlib.h>

#include "engine/base/check.h"

namespace loam::imap {
namespace {

constexpr int kLevel = 3;   // a third of the best one's CPU, and most of its gain
constexpr int kStored = 0;  // zlib's level that copies
// A window of 8 KiB holds some responses; all of zlib's would cost 256 KiB a connection.
constexpr int kWindowBits = 13;
constexpr int kMemoryLevel = 7;
constexpr int kWindowBitsMax = 15;  // what the peer may have chosen
// Only pieces from here on tell whether data is worth the CPU; a sixteenth is.
constexpr std::size_t kTellingBytes = 4096;
constexpr unsigned kStoredPieces = 16;
// Of deflateBound() for one piece: it does not count the flush behind it.
constexpr std::size_t kFlushBytes = 64;

Bytef* octets(ByteVector& bytes, std::size_t offset = 0) {
    return reinterpret_cast<Bytef*>(bytes.data()) + offset;
}

}  // namespace

void Deflater::End::operator()(z_stream_s* stream) const {
    deflateEnd(stream);
    delete stream;
}

void Inflater::End::operator()(z_stream_s* stream) const {
    inflateEnd(stream);
    delete stream;
}

Deflater::Deflater() : stream_(new z_stream_s{}), level_(kLevel) {
    LOAM_CHECK(deflateInit2(stream_.get(), kLevel, Z_DEFLATED, -kWindowBits, kMemoryLevel,
                            Z_DEFAULT_STRATEGY) == Z_OK);
}

ByteVector Deflater::compress(Bytes piece) {
    LOAM_CHECK(piece.size() <= kPieceBytesMax);
    if (piece.empty()) return {};
    z_stream_s& z = *stream_;
    ByteVector out(deflateBound(&z, piece.size()) + kFlushBytes);
    z.next_out = octets(out);
    z.avail_out = static_cast<uInt>(out.size());
    z.avail_in = 0;
    const int level = storing() ? kStored : kLevel;
    if (level != level_) {
        LOAM_CHECK(deflateParams(&z, level, Z_DEFAULT_STRATEGY) == Z_OK);
        level_ = level;
    }
    z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(piece.data()));
    z.avail_in = static_cast<uInt>(piece.size());
    LOAM_CHECK(deflate(&z, Z_SYNC_FLUSH) == Z_OK);
    LOAM_CHECK(z.avail_in == 0 && z.avail_out > 0);
    z.next_in = nullptr;
    out.resize(out.size() - z.avail_out);
    look_back(piece.size(), out.size());
    return out;
}

void Deflater::look_back(std::size_t in, std::size_t out) {
    if (stored_pieces_left_ > 0) {
        --stored_pieces_left_;
    } else if (in >= kTellingBytes && out > in - in / 16) {
        stored_pieces_left_ = kStoredPieces;
    }
}

Inflater::Inflater() : stream_(new z_stream_s{}) {
    LOAM_CHECK(inflateInit2(stream_.get(), -kWindowBitsMax) == Z_OK);
}

void Inflater::give(Bytes compressed) {
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ = 0;
    waiting_.insert(waiting_.end(), compressed.begin(), compressed.end());
}

Result<ByteVector> Inflater::take(std::size_t max) {
    if (!fault_) return fault_.error();
    if (ended_) return ByteVector();
    z_stream_s& z = *stream_;
    ByteVector out(max);
    z.next_in = octets(waiting_, used_);
    z.avail_in = static_cast<uInt>(waiting_.size() - used_);
    z.next_out = octets(out);
    z.avail_out = static_cast<uInt>(out.size());
    const int code = inflate(&z, Z_SYNC_FLUSH);
    used_ = waiting_.size() - z.avail_in;
    out.resize(out.size() - z.avail_out);
    ended_ = code == Z_STREAM_END;
    // Z_BUF_ERROR: it has used everything and wants more.
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
        fault_ = fail(Errc::invalid, z.msg == nullptr ? "no DEFLATE" : z.msg);
        if (out.empty()) return fault_.error();
    }
    if (out.empty() && used_ == waiting_.size()) {
        waiting_ = ByteVector();  // between two commands nothing is kept
        used_ = 0;
    }
    return out;
}

}  // namespace loam::imap
