#include "engine/io/disk.h"

#include <cstdlib>
#include <cstring>

#include "engine/base/check.h"

namespace loam::io {

AlignedBuffer::AlignedBuffer(std::size_t size_bytes)
    : size_((size_bytes + kDirectAlignBytes - 1) / kDirectAlignBytes * kDirectAlignBytes) {
    if (size_ == 0) return;
    data_.reset(static_cast<std::byte*>(std::aligned_alloc(kDirectAlignBytes, size_)));
    LOAM_CHECK(data_ != nullptr);
    std::memset(data_.get(), 0, size_);
}

void AlignedBuffer::Free::operator()(std::byte* data) const {
    std::free(data);
}

}  // namespace loam::io
