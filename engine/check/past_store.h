#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/codec/frame.h"
#include "engine/index/index.h"
#include "engine/io/disk.h"
#include "engine/io/task.h"
#include "engine/keep/lock_file.h"
#include "engine/log/log_reader.h"
#include "engine/record/rows.h"

namespace loam::check {

/// What a store or a backup held at some moment, from its log alone. Changes nothing and takes no
/// lock. Thread: the disk's loop. Lifetime: borrows `disk`.
class PastStore {
  public:
    /// As it was after the last group written at or before `until_us`, wall time. Needs memory for
    /// the state. Errors: not_found, corrupt (damage, or segments that it needs were deleted
    /// since), unsupported, io.
    static Task<Result<std::unique_ptr<PastStore>>> open(io::Disk& disk, std::string path,
                                                         std::int64_t until_us);
    PastStore(const PastStore&) = delete;
    PastStore& operator=(const PastStore&) = delete;
    ~PastStore() = default;

    /// When the last group was written that counts.
    std::int64_t wall_us() const { return wall_us_; }
    /// Errors: not_found.
    Result<AccountId> user(std::string_view name) const;
    Result<std::vector<std::pair<MailboxId, MailboxRow>>> mailboxes(AccountId account) const;
    Result<std::vector<MessageRow>> messages(AccountId account, MailboxId mailbox) const;
    /// Gives the octets of one message to `take`, piece by piece. Errors: corrupt (damaged, or
    /// erased since), io, and whatever `take` returns.
    Task<Status> read(AccountId account, Cid cid, std::function<Task<Status>(Bytes)> take);

  private:
    PastStore(io::Disk& disk, const std::string& path);
    IndexView view() const { return state_->view(ReadTier::may_block); }

    std::unique_ptr<keep::LockFile> reading_;  ///< no segment is deleted meanwhile
    std::unique_ptr<Index> state_;
    LogReader log_;
    ZstdContext zstd_;
    std::int64_t wall_us_ = 0;
};

}  // namespace loam::check
