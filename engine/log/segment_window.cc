#include "engine/log/segment_window.h"

#include <algorithm>
#include <utility>

#include "engine/codec/le.h"

namespace loam {
namespace {

constexpr std::size_t kStepBytes = 256U << 10;

bool all_zero(Bytes octets) {
    return std::ranges::all_of(octets, [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

SegmentWindow::SegmentWindow(std::unique_ptr<io::File> file, std::uint64_t size)
    : file_(std::move(file)), size_(size) {}

Task<Result<std::unique_ptr<SegmentWindow>>> SegmentWindow::open(io::Disk& disk, std::string path) {
    LOAM_CO_TRY(std::unique_ptr<io::File> file, co_await disk.open(path, io::OpenMode::read));
    LOAM_CO_TRY(const std::uint64_t size, co_await file->size());
    co_return std::unique_ptr<SegmentWindow>(new SegmentWindow(std::move(file), size));
}

Task<Result<Bytes>> SegmentWindow::view(std::uint64_t offset, std::size_t length) {
    if (offset >= size_) co_return Bytes{};
    length = std::min<std::uint64_t>(length, size_ - offset);
    if (offset < offset_ || offset + length > offset_ + filled_) {
        const std::size_t step =
            std::min<std::uint64_t>(std::max(length, kStepBytes), size_ - offset);
        if (octets_.size() < step) octets_.resize(step);
        filled_ = 0;
        LOAM_CO_TRY(filled_, co_await file_->read(offset, std::span(octets_).first(step)));
        offset_ = offset;
        length = std::min(length, filled_);
    }
    co_return Bytes(octets_).subspan(offset - offset_, length);
}

std::optional<GroupHeader> group_header_at(Bytes block, SegmentId segment, std::uint64_t offset) {
    if (block.size() < kGroupHeaderBytes) return std::nullopt;
    const Lsn lsn = make_lsn(segment, offset);
    if (load_le64(block.subspan<16, 8>()) != lsn.value) return std::nullopt;  // the cheap question
    Result<GroupHeader> header = decode_group_header(block);
    if (!header) return std::nullopt;
    return *header;
}

Task<Result<std::optional<GroupHeader>>> find_group(SegmentWindow& window, SegmentId segment,
                                                    std::uint64_t from,
                                                    std::optional<std::uint64_t> signature,
                                                    Lsn hole) {
    for (std::uint64_t offset = from; offset < window.size(); offset += kGroupAlignBytes) {
        LOAM_CO_TRY(const Bytes block, co_await window.view(offset, kGroupAlignBytes));
        const std::optional<GroupHeader> header = group_header_at(block, segment, offset);
        if (!header || header->durable <= hole) continue;
        if (!signature || header->signature == *signature) co_return header;
    }
    co_return std::nullopt;
}

Task<Result<std::uint64_t>> measure_nonzero(SegmentWindow& window, std::uint64_t from) {
    std::uint64_t end = from;
    for (std::uint64_t offset = from; offset < window.size(); offset += kGroupAlignBytes) {
        LOAM_CO_TRY(Bytes block, co_await window.view(offset, kGroupAlignBytes));
        if (all_zero(block)) continue;
        while (block.back() == std::byte{0})
            block = block.first(block.size() - 1);
        end = offset + block.size();
    }
    co_return end - from;
}

}  // namespace loam
