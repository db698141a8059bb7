#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/check/findings.h"
#include "engine/codec/frame.h"
#include "engine/index/view.h"
#include "engine/io/disk.h"
#include "engine/log/log_reader.h"
#include "engine/log/scanner.h"

namespace loam::check {

/// Whose each payload in the log is. 40 octets a record with a payload.
class LogRecords {
  public:
    struct Owner {
        AccountId account;
        Cid cid;
        Place payload;
    };
    void add(const ScannedGroup& group);
    /// Null if the log has no such record.
    const Owner* find(Lsn group, std::uint32_t record) const;

  private:
    std::map<std::pair<Lsn, std::uint32_t>, Owner> owners_;
};

/// Contents of all accounts: counted right, lying where the log says, and with `deep` readable
/// octet for octet. Thread: the loop of `disk`. Lifetime: borrows everything but the view.
class ContentChecker {
  public:
    ContentChecker(IndexView view, const LogRecords& records, io::Disk& disk,
                   const FsckOptions& options, FsckReport& report, Findings& findings);
    /// Errors: io.
    Task<Status> run(io::Loop& loop);

  private:
    Task<Status> check_account(AccountId account, io::Loop& loop);
    void check_places(const std::string& where, AccountId account, Cid cid,
                      const ContentRow& content);
    Task<Status> check_octets(AccountId account, Cid cid, const ContentRow& content);
    Task<Status> rebuild(const ContentRow& content);

    const IndexView view_;
    const LogRecords& records_;
    const FsckOptions& options_;
    FsckReport& report_;
    Findings& findings_;
    LogReader log_;
    ZstdContext zstd_;
};

}  // namespace loam::check
