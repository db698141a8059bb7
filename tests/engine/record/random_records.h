#pragma once

#include <random>

#include "engine/record/record.h"

/// Records and rows with random values in all their range, small and large, for round trips.
namespace loam::testing {

class RandomRecords {
  public:
    explicit RandomRecords(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t end) { return random_() % end; }
    /// Any number of bits is as likely as any other.
    std::uint64_t number(unsigned bits = 64);
    std::string text(std::size_t size_max);
    ByteVector octets(std::size_t size);

    AccountCell account_cell();
    MailboxRow mailbox_row();
    NameRow name_row();
    MessageRow message_row();
    std::vector<MessageRow> message_rows(std::size_t count_max);
    Place place();
    ContentRow content_row();
    CredentialRow credential_row();
    std::vector<Cid> cids(std::size_t count_max);
    EraseRow erase_row();
    UidSet uid_set(std::size_t ranges_max);
    std::vector<CidCount> cid_counts(std::size_t count_max);

    /// Any type but noop and chunk has the same chance.
    Record record();
    Record record_of(RecordType type);

  private:
    AppendRecord append_record();
    FlagsRecord flags_record();
    MailboxRecord mailbox_record();
    AccountRecord account_record();
    CheckpointRecord checkpoint_record();
    std::uint32_t number32() { return static_cast<std::uint32_t>(number(32)); }
    std::int64_t signed_number() { return static_cast<std::int64_t>(number(64)); }
    Modseq modseq() { return Modseq{number(63)}; }

    std::mt19937_64 random_;
};

}  // namespace loam::testing
