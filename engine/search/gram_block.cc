#include "engine/search/gram_block.h"

#include "engine/base/check.h"
#include "engine/codec/checksum.h"
#include "engine/codec/varint.h"

namespace loam::lookup {

void GramBlockWriter::add(FieldTerm term, std::span<const Doc> docs) {
    LOAM_CHECK(!docs.empty() && (empty() || term > last_));
    if (empty()) {
        first_ = term;
        last_ = term - 1;
    }
    out_.gamma(term - last_);
    out_.gamma(static_cast<std::uint32_t>(docs.size()));
    write_postings(docs, total_, out_);
    last_ = term;
    ++terms_;
}

// block := crc:u32 terms:varint first:u32 bits
ByteVector GramBlockWriter::take() {
    out_.finish();
    ByteVector rest;
    rest.reserve(bits_.size() + 16);
    ByteWriter writer(rest);
    writer.varint(terms_);
    writer.u32(first_);
    writer.bytes(bits_);
    ByteVector block;
    ByteWriter whole(block);
    whole.u32(crc32c(rest));
    whole.bytes(rest);
    bits_.clear();
    terms_ = 0;
    return block;
}

Result<GramBlockReader> GramBlockReader::open(Bytes block, Doc total) {
    ByteReader reader(block, "search block");
    const std::uint32_t crc = reader.u32();
    LOAM_TRY_STATUS(reader.status());
    if (crc32c(block.subspan(sizeof(crc))) != crc)
        return fail(Errc::corrupt, "search block: checksum");
    const auto terms = static_cast<std::uint32_t>(reader.varint_max(kFields * kFieldTerms));
    const FieldTerm first = reader.u32();
    LOAM_TRY_STATUS(reader.status());
    return GramBlockReader(reader.rest(), total, terms, first);
}

Status GramBlockReader::status() const {
    if (in_.ok()) return Status::good();
    return fail(Errc::corrupt, "search block: postings");
}

Result<std::optional<FieldTerm>> GramBlockReader::next() {
    if (left_ == 0) return std::optional<FieldTerm>();
    --left_;
    const std::uint64_t term = std::uint64_t{last_} + in_.gamma();
    count_ = in_.gamma();
    if (!in_.ok() || count_ == 0 || count_ > total_ || (term & 0xFFFFFFFF) >= kFields * kFieldTerms)
        return fail(Errc::corrupt, "search block: term");
    last_ = static_cast<FieldTerm>(term);
    return std::optional(last_);
}

Status GramBlockReader::read(std::vector<Doc>& docs) {
    read_postings(in_, count_, total_, docs);
    return status();
}

Status GramBlockReader::skip() {
    skip_postings(in_, count_, total_);
    return status();
}

}  // namespace loam::lookup
