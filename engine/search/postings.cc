#include "engine/search/postings.h"

#include <algorithm>
#include <bit>

#include "engine/base/check.h"

namespace loam::lookup {

namespace {

/// The parameter that is best for gaps as they are where `listed` of `total` are drawn at random.
unsigned rice_parameter(Doc listed, Doc total) {
    // ln 2 of the mean gap.
    const std::uint64_t mean = std::uint64_t{total - listed} * 45 / (std::uint64_t{listed} * 64);
    return mean == 0 ? 0 : static_cast<unsigned>(std::bit_width(mean)) - 1;
}

bool complement(Doc count, Doc total) {
    return count > total - count;
}

class GapWriter {
  public:
    GapWriter(Doc listed, Doc total, BitWriter& out)
        : parameter_(listed == 0 ? 0 : rice_parameter(listed, total)), out_(out) {}
    void put(Doc doc) {
        const Doc gap = doc - next_;
        out_.unary(gap >> parameter_);
        out_.bits(gap & ((1U << parameter_) - 1), parameter_);
        next_ = doc + 1;
    }

  private:
    unsigned parameter_;
    BitWriter& out_;
    Doc next_ = 0;
};

/// Calls `use` with each number of the list.
template <typename Use>
void read_gaps(BitReader& in, Doc listed, Doc total, Use use) {
    if (listed == 0) return;
    const unsigned parameter = rice_parameter(listed, total);
    Doc next = 0;
    for (Doc i = 0; i < listed; ++i) {
        const std::uint64_t high = in.unary((total - next) >> parameter);
        const std::uint64_t gap = high << parameter | in.bits(parameter);
        if (!in.ok()) return;
        if (gap >= total - next) return in.refuse();
        use(next + static_cast<Doc>(gap));
        next += static_cast<Doc>(gap) + 1;
    }
}

}  // namespace

void write_postings(std::span<const Doc> docs, Doc total, BitWriter& out) {
    const auto count = static_cast<Doc>(docs.size());
    LOAM_CHECK(count <= total && total <= kSegmentDocsMax);
    if (!complement(count, total)) {
        GapWriter gaps(count, total, out);
        for (const Doc doc : docs)
            gaps.put(doc);
        return;
    }
    GapWriter gaps(total - count, total, out);
    Doc next = 0;
    for (const Doc doc : docs) {
        for (; next < doc; ++next)
            gaps.put(next);
        next = doc + 1;
    }
    for (; next < total; ++next)
        gaps.put(next);
}

void read_postings(BitReader& in, Doc count, Doc total, std::vector<Doc>& out) {
    if (!complement(count, total))
        return read_gaps(in, count, total, [&out](Doc doc) { out.push_back(doc); });
    out.reserve(out.size() + count);
    Doc next = 0;
    const auto fill = [&](Doc end) {
        for (; next < end; ++next)
            out.push_back(next);
    };
    read_gaps(in, total - count, total, [&](Doc absent) {
        fill(absent);
        next = absent + 1;
    });
    if (in.ok()) fill(total);
}

void skip_postings(BitReader& in, Doc count, Doc total) {
    const Doc listed = complement(count, total) ? total - count : count;
    read_gaps(in, listed, total, [](Doc) {});
}

}  // namespace loam::lookup
