#include <algorithm>

#include "engine/api/account.h"
#include "engine/api/store.h"
#include "engine/api/upload_state.h"
#include "engine/base/limits.h"
#include "engine/keep/stored_sidecar.h"

namespace loam {

namespace {

/// Octets parsed and compressed in one go on the reactor; more are cut, so that others have their
/// turn.
constexpr std::size_t kSliceBytes = 64U << 10;

}  // namespace

Upload::Impl::Impl(Account::Impl& into, std::uint64_t announced)
    : account(into),
      own_zstd(announced > into.options.inline_bytes_max ? std::make_unique<ZstdContext>()
                                                         : nullptr),
      ingest(own_zstd ? *own_zstd : into.thread.zstd) {}

Upload::Impl::~Impl() {
    if (appended || !upload) return;
    // All chunks are durable and applied, since each was awaited: the rule for an ABORT holds.
    keep::Commit abort;
    abort.entries.push_back(
        {account.id, *upload, AbortRecord{upload->value, account.erase_deadline_us()}, {}});
    // Whether it is heard of or not: an upload that neither ABORT nor APPEND ends is given up at
    // the next start.
    account.keeper.submit(account.thread.loop, std::move(abort),
                          [](const Result<keep::Committed>&) {});
}

Cid Upload::Impl::reserve_cid() {
    const Cid cid = account.staged_cell.next_cid;
    account.staged_cell.next_cid = Cid{cid.value + 1};
    return cid;
}

Task<Status> Upload::Impl::write(Bytes bytes) {
    if (bytes.size() >
        account.options.message_bytes_max - std::min(size(), account.options.message_bytes_max)) {
        co_return fail(Errc::too_big, "message is larger than " +
                                          std::to_string(account.options.message_bytes_max) +
                                          " octets");
    }
    while (!bytes.empty()) {
        const Bytes slice = bytes.first(std::min(bytes.size(), kSliceBytes));
        bytes = bytes.subspan(slice.size());
        if (own_zstd) {
            auto work = [this, slice] {
                ingest.feed(slice);
                return true;
            };
            co_await io::offload(account.thread.loop, io::Workers::Class::foreground, work);
        } else {
            ingest.feed(slice);
        }
        while (ingest.frame_bytes() >= account.options.chunk_bytes) {
            LOAM_CO_TRY_STATUS(co_await write_chunk());
        }
    }
    co_return Status::good();
}

Task<Status> Upload::Impl::write_chunk() {
    if (account.keeper.low_space()) co_return fail(Errc::no_room, "the disk is nearly full");
    if (!upload) upload = reserve_cid();
    const ChunkRecord record{.upload = upload->value,
                             .sequence = static_cast<std::uint32_t>(places.size())};
    keep::Commit commit;
    commit.chunk = true;
    commit.entries.push_back(
        {account.id, *upload, record, ingest.take_frames(account.options.chunk_bytes)});
    LOAM_CO_TRY(const keep::Committed committed,
                co_await account.keeper.commit(account.thread.loop, std::move(commit)));
    places.push_back(committed.payloads.front());
    co_return Status::good();
}

Task<Status> Upload::Impl::flush_frames() {
    while (ingest.frame_bytes() > 0) {
        LOAM_CO_TRY_STATUS(co_await write_chunk());
    }
    co_return Status::good();
}

Task<Status> Upload::Impl::finish() {
    finished = ingest.finish();
    sidecar = keep::encode_stored_sidecar(finished->layout, finished->message);
    if (ingest.frame_bytes() > account.options.inline_bytes_max) {
        LOAM_CO_TRY_STATUS(co_await flush_frames());
    }
    co_return Status::good();
}

Cid Upload::Impl::take_cid() {
    appended = true;
    return upload ? *upload : reserve_cid();
}

ByteVector Upload::Impl::take_payload() {
    ByteVector payload = std::move(sidecar);
    const ByteVector frames = ingest.take_frames(SIZE_MAX);
    payload.insert(payload.end(), frames.begin(), frames.end());
    return payload;
}

Upload::Upload(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Upload::~Upload() = default;

Task<Status> Upload::write(Bytes bytes) {
    co_return co_await impl_->write(bytes);
}
Task<Status> Upload::finish() {
    co_return co_await impl_->finish();
}
std::uint64_t Upload::size() const {
    return impl_->size();
}
bool Upload::has_nul() const {
    return impl_->finished->message.has_nul;
}
bool Upload::has_8bit_header() const {
    return impl_->finished->message.header_8bit;
}

std::optional<std::pair<std::int64_t, std::int16_t>> Upload::date() const {
    const mail::Digest& digest = impl_->finished->message.digest;
    if (!digest.sent_seconds) return std::nullopt;
    return std::pair{*digest.sent_seconds, digest.zone_minutes};
}

}  // namespace loam
