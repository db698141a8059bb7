#pragma once

#include <cstddef>
#include <cstdint>

/// Limits that more than one module must agree on. A limit of one module lives in that module.
namespace loam {

/// Largest message that is stored, octets. Configuration can only lower it.
inline constexpr std::uint64_t kMessageBytesMax = 2ULL << 30;
/// A body up to this many octets rides in its APPEND record; a larger one goes out as CHUNK
/// records.
inline constexpr std::size_t kInlineBodyBytesMax = 256U << 10;
/// Most octets of frames in one CHUNK record.
inline constexpr std::size_t kChunkBytesMax = 1U << 20;
/// Mailbox name in UTF-8, octets.
inline constexpr std::size_t kMailboxNameBytesMax = 1024;
/// Keywords one mailbox may know; a message's keywords are a bitmap over the mailbox's table.
inline constexpr std::size_t kKeywordsMax = 64;
/// One keyword, octets.
inline constexpr std::size_t kKeywordBytesMax = 128;
/// MIME nesting and parts beyond which the rest is one opaque part.
inline constexpr std::size_t kMimeDepthMax = 100;
inline constexpr std::size_t kMimePartsMax = 10'000;
/// Header octets of one entity that are parsed; more is stored and served, but not looked at.
inline constexpr std::size_t kHeaderBytesParsedMax = 1U << 20;

}  // namespace loam
