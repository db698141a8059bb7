#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/log/format.h"
#include "engine/record/record.h"

/// What is handed to the log: records already encoded and hashed, so that this work is done on the
/// thread that owns the account and not on the log's.
namespace loam {

struct EncodedRecord {
    AccountId account;
    Cid cid;  ///< 0: the record is about no single content
    RecordType type = RecordType::noop;
    std::uint8_t version = 0;
    std::uint8_t flags = 0;
    ByteVector meta;
    ByteVector payload;
    std::uint64_t payload_xxh3 = 0;
};

/// Thread: any.
EncodedRecord encode_record(AccountId account, Cid cid, const Record& record,
                            ByteVector payload = {});

/// One transaction: its records stand in one group, in this order. The caller may derive from it to
/// keep what it needs when the transaction is durable; the writer only moves the pointer.
struct Submission {
    std::vector<EncodedRecord> records;
    bool chunk = false;  ///< part of an upload: waits behind commits

    // Filled by the writer before the group is given back.
    Lsn group;
    std::vector<Place> payload_places;  ///< one a record; length 0 without a payload

    Submission() = default;
    Submission(const Submission&) = delete;
    Submission& operator=(const Submission&) = delete;
    virtual ~Submission() = default;
};

/// Octets that transactions take on disk as one group. Add, then ask.
class GroupSize {
  public:
    void add(const Submission& submission);
    void add(std::uint64_t meta_bytes, std::uint64_t payload_bytes);  ///< one record
    std::uint64_t total_bytes() const;
    std::uint64_t meta_bytes() const { return table_bytes_; }  ///< record table and metas
    std::size_t records() const { return records_; }

  private:
    std::size_t records_ = 0;
    std::uint64_t table_bytes_ = 0;
    std::uint64_t payload_bytes_ = 0;
};

}  // namespace loam
