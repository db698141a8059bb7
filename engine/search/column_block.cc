#include "engine/search/column_block.h"

#include "engine/codec/checksum.h"
#include "engine/codec/varint.h"

namespace loam::lookup {

namespace {

constexpr std::uint64_t kLeftOut = kColumnValueBytesMax + 1;

}  // namespace

void ColumnBlockWriter::add(std::string_view value) {
    if (value.size() > kColumnValueBytesMax) return add_left_out();
    ByteWriter(lengths_).varint(value.size());
    ByteWriter(values_).bytes(as_bytes(value));
    ++count_;
}

void ColumnBlockWriter::add_left_out() {
    ByteWriter(lengths_).varint(kLeftOut);
    ++count_;
}

// block := crc:u32 codec:u8 plain_bytes:varint frame
// plain := count:varint lengths values
ByteVector ColumnBlockWriter::take(ZstdContext& zstd) {
    ByteVector plain;
    ByteWriter writer(plain);
    writer.varint(count_);
    writer.bytes(lengths_);
    writer.bytes(values_);
    const EncodedFrame frame = zstd.encode(plain, FrameContent::text);
    ByteVector rest;
    ByteWriter framed(rest);
    framed.u8(static_cast<std::uint8_t>(frame.codec));
    framed.varint(plain.size());
    framed.bytes(frame.stored);
    ByteVector block;
    ByteWriter whole(block);
    whole.u32(crc32c(rest));
    whole.bytes(rest);
    first_ += count_;
    count_ = 0;
    lengths_.clear();
    values_.clear();
    return block;
}

Result<ColumnValues> read_column_block(Bytes block, ZstdContext& zstd, ByteVector& plain) {
    ByteReader outer(block, "search column");
    const std::uint32_t crc = outer.u32();
    LOAM_TRY_STATUS(outer.status());
    if (crc32c(block.subspan(sizeof(crc))) != crc)
        return fail(Errc::corrupt, "search column: checksum");
    const std::uint8_t codec = outer.u8();
    const std::uint64_t plain_bytes = outer.varint_max(kFramePlainBytesMax);
    LOAM_TRY_STATUS(outer.status());
    if (codec > static_cast<std::uint8_t>(FrameCodec::zstd_dictionary) || plain_bytes == 0)
        return fail(Errc::corrupt, "search column: frame");
    LOAM_TRY(const Bytes decoded,
             zstd.decode(static_cast<FrameCodec>(codec), outer.rest(), plain_bytes));
    plain.assign(decoded.begin(), decoded.end());

    ByteReader in(plain, "search column");
    const std::size_t count = in.count(kSegmentDocsMax);
    ColumnValues values(count);
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t length = in.varint_max(kLeftOut);
        if (length == kLeftOut) {
            values.add_left_out();
        } else {
            values.add(static_cast<std::uint32_t>(length));
            bytes += length;
        }
    }
    values.set_text(as_text(in.bytes(bytes)));
    LOAM_TRY_STATUS(in.finish());
    return values;
}

std::optional<std::string_view> ColumnValues::operator[](std::size_t i) const {
    if (values_[i].left_out) return std::nullopt;
    const std::uint32_t begin = i == 0 ? 0 : values_[i - 1].end;
    return text_.substr(begin, values_[i].end - begin);
}

}  // namespace loam::lookup
