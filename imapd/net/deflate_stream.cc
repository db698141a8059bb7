#include "imapd/net/deflate_stream.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/io/lent_octets.h"

namespace loam::imap {
namespace {

// A receive makes no more of what came, so that nothing grows without somebody who asks for it.
constexpr std::size_t kReceiveBytes = 16U << 10;

}  // namespace

DeflateStream::DeflateStream(std::unique_ptr<io::Stream> below, Bytes received)
    : below_(std::move(below)) {
    inflater_.give(received);
}

Task<Result<io::Received>> DeflateStream::receive() {
    io::Received more;
    for (;;) {
        auto octets = inflater_.take(kReceiveBytes);
        if (!octets) co_return fail(Errc::closed, "COMPRESS: " + octets.error().what);
        if (!octets->empty()) co_return io::LentOctets::lend(*std::move(octets));
        if (inflater_.ended()) co_return io::Received();
        LOAM_CO_TRY(more, co_await below_->receive());
        if (more.empty()) co_return io::Received();
        inflater_.give(more.bytes());
    }
}

Task<Status> DeflateStream::send(Bytes data) {
    while (!data.empty()) {
        const Bytes piece = data.first(std::min(data.size(), Deflater::kPieceBytesMax));
        const ByteVector compressed = deflater_.compress(piece);
        LOAM_CO_TRY_STATUS(co_await below_->send(compressed));
        data = data.subspan(piece.size());
    }
    co_return Status::good();
}

int DeflateStream::release() {
    LOAM_CHECK(false);
}

}  // namespace loam::imap
