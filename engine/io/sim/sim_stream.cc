#include "engine/io/sim/sim_stream.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/base/check.h"

namespace loam::io {

namespace {

constexpr std::size_t kPieceBytesMax = 16U << 10;

/// How many of `most` octets come at once: often all, often few, so that both kinds of seam are
/// met.
std::size_t piece(SimWorld& world, std::size_t most) {
    most = std::min(most, kPieceBytesMax);
    switch (world.random_below(3)) {
        case 0:
            return most;
        case 1:
            return 1 + world.random_below(std::min<std::size_t>(most, 16));
        default:
            return 1 + world.random_below(most);
    }
}

}  // namespace

SimStream::~SimStream() {
    LOAM_CHECK(!receiving_ && !sending_);
    if (socket_.in != nullptr) shutdown();
}

Task<Result<Received>> SimStream::receive() {
    LOAM_CHECK(socket_.in != nullptr && !receiving_);
    SimPipe& in = *socket_.in;
    receiving_ = true;
    // Never at once: whoever calls has to bear that other things happen first.
    co_await yield(net_.loop());
    while (in.octets.empty() && !in.writer_gone && !shut_) {
        co_await in.wait_to_read(net_.loop());
    }
    receiving_ = false;
    if (shut_ || in.octets.empty()) co_return Received();
    const auto count = static_cast<std::ptrdiff_t>(piece(net_.loop().world(), in.octets.size()));
    std::vector<std::byte> octets(in.octets.begin(), in.octets.begin() + count);
    in.octets.erase(in.octets.begin(), in.octets.begin() + count);
    in.changed();
    co_return net_.lend(std::move(octets));
}

Task<Status> SimStream::send(Bytes data) {
    LOAM_CHECK(socket_.out != nullptr && !sending_);
    SimPipe& out = *socket_.out;
    sending_ = true;
    while (!data.empty() && !out.reader_gone && !shut_) {
        if (out.room() == 0) {
            co_await out.wait_to_write(net_.loop());
            continue;
        }
        const std::size_t count = piece(net_.loop().world(), std::min(data.size(), out.room()));
        out.octets.insert(out.octets.end(), data.begin(),
                          data.begin() + static_cast<std::ptrdiff_t>(count));
        data = data.subspan(count);
        out.changed();
        co_await yield(net_.loop());
    }
    sending_ = false;
    if (!data.empty()) co_return fail(Errc::closed, "send to " + socket_.peer + ": gone");
    co_return Status::good();
}

void SimStream::shutdown() {
    if (socket_.in == nullptr) return;
    shut_ = true;
    socket_.in->reader_gone = true;
    socket_.in->octets.clear();
    socket_.out->writer_gone = true;
    socket_.in->changed();
    socket_.out->changed();
}

int SimStream::release() {
    LOAM_CHECK(socket_.in != nullptr && !receiving_ && !sending_ && !shut_);
    return net_.network().park(std::exchange(socket_, SimSocket{}));
}

}  // namespace loam::io
