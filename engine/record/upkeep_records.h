#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/ids.h"
#include "engine/record/rows.h"

/// Records about the log itself: what is forgotten and erased, what stands for older records, which
/// segments exist. Part of engine/record/record.h.
namespace loam {

/// Account 0: the index has made everything before `applied` durable, and these segments exist;
/// lower ones that are not named are gone, or about to go.
struct CheckpointRecord {
    Lsn applied;
    std::vector<std::uint32_t> segments;  ///< ascending
    friend bool operator==(const CheckpointRecord&, const CheckpointRecord&) = default;
};

/// Which uids were expunged from the mailbox at or below `floor` is known no longer. Stands in the
/// transaction of the EXPUNGE or MOVE whose mailbox row has the floor.
struct VtrimRecord {
    MailboxId mailbox;
    Modseq floor;
    friend bool operator==(const VtrimRecord&, const VtrimRecord&) = default;
};

/// A part of all that the index says of the account (the payload), so that older records of it need
/// not be kept. Or, without a payload, the last word: the parts count from now on, and those of the
/// snapshot before are to be erased.
struct SnapshotRecord {
    Lsn covers;  ///< what the account's records before this amount to
    bool last = false;
    std::vector<Place> parts;            ///< last: all of them, in order
    std::int64_t erase_deadline_us = 0;  ///< last: of the older snapshot
    friend bool operator==(const SnapshotRecord&, const SnapshotRecord&) = default;
};

/// Contents that nobody shares any more are about to be punched out of the log: their rows go, and
/// their places stand in the erasure that is owed until an ERASED record says that it is done.
struct EraseRecord {
    EraseId id;
    std::vector<Cid> cids;  ///< whose content rows go; none for what had no row
    EraseRow row;           ///< what is owed from now on
    friend bool operator==(const EraseRecord&, const EraseRecord&) = default;
};

/// The places of an erasure are zeros, durably.
struct ErasedRecord {
    EraseId id;
    EraseRow row;  ///< what is still owed; done(): nothing, and the row goes
    friend bool operator==(const ErasedRecord&, const ErasedRecord&) = default;
};

}  // namespace loam
