#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/api/store.h"
#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/loop.h"
#include "engine/io/task.h"

namespace loam {

/// One message for one or many accounts, streamed to each at the same time: LMTP, RFC 2033.
/// Thread:   the loop given; the accounts' own threads are visited from there.
/// Lifetime: borrows the store.
class Delivery {
  public:
    Delivery(Store& store, io::Loop& here);
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;
    ~Delivery();  ///< after finish() or abandon() only

    /// A recipient whose copy begins with `trace` (Return-Path, Received, Delivered-To: whole lines
    /// with CRLF). `size` as announced, 0 if unknown. Errors: not_found, over_quota, too_big, busy,
    /// io: then there is no such recipient.
    Task<Status> add(AccountId account, std::string mailbox, std::string trace, std::uint64_t size);
    std::size_t recipients() const;
    /// The next octets for every recipient. A recipient that fails is remembered and skipped from
    /// then on.
    Task<void> write(Bytes bytes);
    /// One answer for each add() that succeeded, in that order; good means durable.
    Task<std::vector<Status>> finish();
    Task<void> abandon();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace loam
