#pragma once

#include <cstddef>
#include <cstdint>

/// What rows and records may hold. Writers check these with LOAM_CHECK, readers answer corrupt; who
/// builds a record keeps within them. Mailbox names and keywords: engine/base/limits.h.
namespace loam {

/// Message rows, or contents with their counts, in one record.
inline constexpr std::size_t kRecordRowsMax = std::size_t{1} << 20;
/// Places of one content: its chunks and the APPEND record's own payload.
inline constexpr std::size_t kPlacesMax = std::size_t{1} << 16;
inline constexpr std::size_t kUserNameBytesMax = 1024;
inline constexpr std::size_t kSecretBytesMax = 4096;
inline constexpr std::size_t kSpecialUseBytesMax = 1024;
/// Largest modification sequence: RFC 7162 section 3.1.
inline constexpr std::uint64_t kModseqMax = (std::uint64_t{1} << 63) - 1;
/// Contents that one erase row is made for; an EXPUNGE of more makes several rows. Readers take
/// kRecordRowsMax.
inline constexpr std::size_t kEraseRowCids = 1024;
/// Segments that one CHECKPOINT may name.
inline constexpr std::size_t kCheckpointSegmentsMax = std::size_t{1} << 20;

}  // namespace loam
