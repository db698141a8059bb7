#include "engine/check/past_store.h"

#include <array>

#include "engine/check/replay_log.h"
#include "engine/codec/blob_layout.h"
#include "engine/codec/checksum.h"
#include "engine/keep/content_stream.h"
#include "engine/keep/stored_sidecar.h"
#include "engine/log/segment_files.h"
#include "engine/log/super.h"

namespace loam::check {

PastStore::PastStore(io::Disk& disk, const std::string& path)
    : state_(Index::open_scratch()), log_(disk, log_dir(path, 0)) {}

Task<Result<std::unique_ptr<PastStore>>> PastStore::open(io::Disk& disk, std::string path,
                                                         std::int64_t until_us) {
    LOAM_CO_TRY(const Super super, co_await read_super(disk, path));
    std::unique_ptr<PastStore> past(new PastStore(disk, path));
    LOAM_CO_TRY(past->reading_, keep::LockFile::share_directory(log_dir(path, 0)));
    const auto seen = [&](const ScannedGroup& group) {
        past->wall_us_ = group.wall_us;
        return Status::good();
    };
    const auto replayed =
        co_await replay_log(disk, path, super.store, *past->state_, seen, until_us);
    if (!replayed) co_return replayed.error();
    co_return past;
}

Result<AccountId> PastStore::user(std::string_view name) const {
    LOAM_TRY(const auto found, view().user(name));
    if (found) return *found;
    return fail(Errc::not_found, "there was no user " + std::string(name));
}

Result<std::vector<std::pair<MailboxId, MailboxRow>>> PastStore::mailboxes(
    AccountId account) const {
    return view().mailboxes(account);
}

Result<std::vector<MessageRow>> PastStore::messages(AccountId account, MailboxId mailbox) const {
    return view().rows(account, mailbox);
}

Task<Status> PastStore::read(AccountId account, Cid cid, std::function<Task<Status>(Bytes)> take) {
    const std::array<Cid, 1> cids = {cid};
    LOAM_CO_TRY(const auto contents, view().contents(account, cids));
    if (!contents.at(0)) co_return fail(Errc::corrupt, "its content is not in the log any more");
    const ContentRow& content = *contents.at(0);
    LOAM_CO_TRY(const ByteVector stored, co_await keep::read_stored_sidecar(log_, content));
    LOAM_CO_TRY(const keep::StoredSidecar sidecar, keep::split_stored_sidecar(stored));
    LOAM_CO_TRY(const BlobLayout layout, decode_blob_layout(sidecar.layout));
    if (layout.raw_bytes != content.size)
        co_return fail(Errc::corrupt, "its layout gives another size");
    auto stream = keep::ContentStream::raw(log_, zstd_, content, layout, 0, content.size);
    Sha256 sha256;
    for (;;) {
        LOAM_CO_TRY(const Bytes piece, co_await stream.next());
        if (piece.empty()) break;
        sha256.update(piece);
        LOAM_CO_TRY_STATUS(co_await take(piece));
    }
    if (sha256.finish() != content.sha256)
        co_return fail(Errc::corrupt, "rebuilt, it is not what was received");
    co_return Status::good();
}

}  // namespace loam::check
