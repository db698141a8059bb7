#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/api/account_state.h"
#include "engine/keep/ingest.h"

namespace loam {

/// What the uploads of one transaction put into it inline, in all; a group has room for more.
inline constexpr std::uint64_t kAppendPayloadMax = 28U << 20;

/// The inside of Upload: an Ingest, and the chunks that went to the log already.
struct Upload::Impl {
    Impl(Account::Impl& into, std::uint64_t announced);
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl();  ///< gives up what was not appended

    Task<Status> write(Bytes bytes);
    Task<Status> finish();
    /// Puts frames that wait into chunks, all of them. Errors: no_room.
    Task<Status> flush_frames();

    std::uint64_t size() const { return ingest.raw_bytes(); }
    bool chunked() const { return !places.empty(); }
    const std::vector<Place>& chunk_places() const { return places; }
    const Sha256Digest& sha256() const { return finished->sha256; }
    std::uint64_t sidecar_bytes() const { return sidecar.size(); }
    /// Octets of the APPEND record's payload.
    std::uint64_t payload_bytes() const { return sidecar.size() + ingest.frame_bytes(); }
    /// The content id of the message: the upload's, or a new one. From now on the upload counts as
    /// appended.
    Cid take_cid();
    ByteVector take_payload();

    Account::Impl& account;
    std::unique_ptr<ZstdContext> own_zstd;  ///< for large bodies, which are compressed in a worker
    keep::Ingest ingest;
    std::optional<Cid> upload;  ///< once a chunk went out
    std::vector<Place> places;
    std::optional<keep::Ingest::Finished> finished;
    ByteVector sidecar;
    bool appended = false;

  private:
    Task<Status> write_chunk();
    Cid reserve_cid();
};

}  // namespace loam
