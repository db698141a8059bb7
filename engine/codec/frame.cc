#include "engine/codec/frame.h"

#include <zstd.h>

#include "engine/base/check.h"

namespace loam {

namespace {

constexpr int kTextLevel = 3;
constexpr int kBinaryLevel = 1;
// A frame that would not save 3 % is not worth the decoding.
constexpr std::size_t stored_bytes_max(std::size_t plain_bytes) {
    return plain_bytes * 97 / 100;
}

}  // namespace

// The section that dictionary.S fills from engine/codec/mail.dict.
extern "C" const std::byte loam_mail_dict_begin[];  // NOLINT: names the assembler sees
extern "C" const std::byte loam_mail_dict_end[];    // NOLINT

Bytes shipped_dictionary() {
    return {loam_mail_dict_begin, loam_mail_dict_end};
}

void ZstdContext::Free::operator()(ZSTD_CCtx_s* context) const {
    ZSTD_freeCCtx(context);
}
void ZstdContext::Free::operator()(ZSTD_DCtx_s* context) const {
    ZSTD_freeDCtx(context);
}
void ZstdContext::Free::operator()(ZSTD_CDict_s* dictionary) const {
    ZSTD_freeCDict(dictionary);
}
void ZstdContext::Free::operator()(ZSTD_DDict_s* dictionary) const {
    ZSTD_freeDDict(dictionary);
}

ZstdContext::ZstdContext()
    : compress_(ZSTD_createCCtx()),
      decompress_(ZSTD_createDCtx()),
      compress_dictionary_(
          ZSTD_createCDict(shipped_dictionary().data(), shipped_dictionary().size(), kTextLevel)),
      decompress_dictionary_(
          ZSTD_createDDict(shipped_dictionary().data(), shipped_dictionary().size())),
      stored_(stored_bytes_max(kFramePlainBytesMax)),
      plain_(kFramePlainBytesMax) {
    LOAM_CHECK(compress_ && decompress_ && compress_dictionary_ && decompress_dictionary_);
}

ZstdContext::~ZstdContext() = default;

EncodedFrame ZstdContext::encode(Bytes plain, FrameContent content) {
    LOAM_CHECK(!plain.empty() && plain.size() <= kFramePlainBytesMax);
    const EncodedFrame as_it_is{.codec = FrameCodec::stored, .stored = plain};
    if (content == FrameContent::dense) return as_it_is;
    const bool text = content == FrameContent::text;
    const bool with_dictionary = text && plain.size() <= kDictionaryFrameBytesMax;
    ZSTD_CCtx* context = compress_.get();
    const int level = text ? kTextLevel : kBinaryLevel;
    LOAM_CHECK(!ZSTD_isError(ZSTD_CCtx_reset(context, ZSTD_reset_session_only)));
    LOAM_CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)));
    const ZSTD_CDict* dictionary = with_dictionary ? compress_dictionary_.get() : nullptr;
    LOAM_CHECK(!ZSTD_isError(ZSTD_CCtx_refCDict(context, dictionary)));
    // Room for no more than a worthwhile result, so a frame that would not shrink fails early.
    const std::size_t size = ZSTD_compress2(context, stored_.data(), stored_bytes_max(plain.size()),
                                            plain.data(), plain.size());
    if (ZSTD_isError(size) != 0) return as_it_is;
    return {.codec = with_dictionary ? FrameCodec::zstd_dictionary : FrameCodec::zstd,
            .stored = Bytes(stored_).first(size)};
}

Result<Bytes> ZstdContext::decode(FrameCodec codec, Bytes stored, std::size_t plain_bytes) {
    if (plain_bytes == 0 || plain_bytes > kFramePlainBytesMax)
        return fail(Errc::corrupt, "frame: plain size");
    if (codec == FrameCodec::stored) {
        if (stored.size() != plain_bytes) return fail(Errc::corrupt, "frame: stored size");
        return stored;
    }
    if (codec != FrameCodec::zstd && codec != FrameCodec::zstd_dictionary)
        return fail(Errc::corrupt, "frame: codec");
    if (ZSTD_getFrameContentSize(stored.data(), stored.size()) != plain_bytes)
        return fail(Errc::corrupt, "frame: states another plain size");
    if (ZSTD_findFrameCompressedSize(stored.data(), stored.size()) != stored.size())
        return fail(Errc::corrupt, "frame: does not end where it should");
    const ZSTD_DDict* dictionary =
        codec == FrameCodec::zstd_dictionary ? decompress_dictionary_.get() : nullptr;
    const std::size_t size = ZSTD_decompress_usingDDict(
        decompress_.get(), plain_.data(), plain_bytes, stored.data(), stored.size(), dictionary);
    if (size != plain_bytes) return fail(Errc::corrupt, "frame: does not decompress");
    return Bytes(plain_).first(plain_bytes);
}

}  // namespace loam
