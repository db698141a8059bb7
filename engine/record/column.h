#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/codec/varint.h"

/// Many values of one field, written one after another: small for fields that repeat or ascend.
/// Format: docs/format/record.md, section 2. Pure; any thread.
namespace loam {

using Column = std::vector<std::uint64_t>;

/// Appends `values` as differences, or as runs of equal differences, whichever is shorter. Signed
/// values are cast; differences wrap. The number of values is not written.
void put_column(ByteWriter& out, std::span<const std::uint64_t> values);

/// Reads `count` values. The caller bounds `count`: runs make many values from few octets.
/// Empty when `in` failed, now or before.
Column get_column(ByteReader& in, std::size_t count);

}  // namespace loam
