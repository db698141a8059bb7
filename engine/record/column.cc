#include "engine/record/column.h"

#include "engine/base/check.h"

namespace loam {
namespace {

// column := form:u8 ( 0: difference... | 1: (difference run_length)... )
constexpr std::uint8_t kPlain = 0;
constexpr std::uint8_t kRuns = 1;

std::uint64_t difference(std::uint64_t before, std::uint64_t value) {
    return zigzag(static_cast<std::int64_t>(value - before));
}

/// Calls visit(difference, run_length) for every run of equal differences.
template <typename Visit>
void for_each_run(std::span<const std::uint64_t> values, Visit visit) {
    std::uint64_t before = 0;
    std::size_t i = 0;
    while (i < values.size()) {
        const std::uint64_t step = difference(before, values[i]);
        std::uint64_t run = 0;
        while (i < values.size() && difference(before, values[i]) == step) {
            before = values[i];
            ++i;
            ++run;
        }
        visit(step, run);
    }
}

}  // namespace

void put_column(ByteWriter& out, std::span<const std::uint64_t> values) {
    std::uint64_t plain_bytes = 0;
    std::uint64_t runs_bytes = 0;
    for_each_run(values, [&](std::uint64_t step, std::uint64_t run) {
        plain_bytes += run * varint_bytes(step);
        runs_bytes += varint_bytes(step) + varint_bytes(run);
    });
    const bool runs = runs_bytes < plain_bytes;
    out.u8(runs ? kRuns : kPlain);
    for_each_run(values, [&](std::uint64_t step, std::uint64_t run) {
        if (runs) {
            out.varint(step);
            out.varint(run);
        } else {
            for (std::uint64_t i = 0; i < run; ++i)
                out.varint(step);
        }
    });
}

Column get_column(ByteReader& in, std::size_t count) {
    Column values;
    const std::uint8_t form = in.u8();
    if (form > kRuns) in.refuse("unknown form of column");
    if (form == kPlain && count > in.remaining()) in.refuse("column longer than what holds it");
    std::uint64_t value = 0;
    while (in.ok() && values.size() < count) {
        const auto step = static_cast<std::uint64_t>(in.svarint());
        const std::uint64_t run = form == kRuns ? in.varint_max(count - values.size()) : 1;
        if (run == 0) in.refuse("empty run in a column");
        for (std::uint64_t i = 0; in.ok() && i < run; ++i)
            values.push_back(value += step);
    }
    if (!in.ok()) values.clear();
    return values;
}

}  // namespace loam
