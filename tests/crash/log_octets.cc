#include "tests/crash/log_octets.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engine/check/replay_log.h"
#include "engine/codec/checksum.h"
#include "engine/index/index.h"
#include "engine/io/sim/sim_run.h"
#include "engine/log/log_reader.h"
#include "engine/log/segment_files.h"
#include "engine/log/super.h"

namespace loam::testing {

namespace {

using PlaceKey = std::pair<Lsn, std::uint32_t>;

struct Payload {
    AccountId account;
    Place place;
};

PlaceKey key_of(const Place& place) {
    return {place.group, place.record};
}

/// What somebody has, and what may be in the middle of being erased.
struct Wanted {
    std::set<PlaceKey> whole;
    std::set<PlaceKey> going;
};

Wanted wanted_by(const IndexView& view, const std::set<AccountId>& accounts) {
    Wanted wanted;
    for (const AccountId account : accounts) {
        const std::vector<Cid> cids = *view.content_ids(account);
        for (const auto& content : *view.contents(account, cids)) {
            for (const Place& place : content->places)
                wanted.whole.insert(key_of(place));
        }
        if (const auto snapshot = *view.snapshot(account)) {
            for (const Place& place : snapshot->places)
                wanted.whole.insert(key_of(place));
        }
    }
    for (const OpenUpload& upload : *view.open_uploads()) {
        for (const auto& [sequence, place] : upload.chunks)
            wanted.whole.insert(key_of(place));
    }
    for (const OwedErasure& owed : *view.erasures()) {
        for (const Place& place : owed.row.places)
            wanted.going.insert(key_of(place));
    }
    return wanted;
}

Task<std::string> check_payloads(io::Disk& disk, std::vector<Payload> payloads, Wanted wanted) {
    LogReader log(disk, log_dir("/store", 0));
    for (const Payload& payload : payloads) {
        const PlaceKey key = key_of(payload.place);
        if (wanted.going.contains(key)) continue;
        const auto octets = co_await log.read_part(payload.place, 0, payload.place.length);
        const std::string where = "the payload at " + std::to_string(payload.place.offset) +
                                  " of account " + std::to_string(payload.account.value);
        if (!octets) co_return where + ": " + octets.error().what;
        const bool zero =
            std::ranges::all_of(*octets, [](std::byte octet) { return octet == std::byte{0}; });
        if (wanted.whole.contains(key) && xxh3_64(*octets) != payload.place.xxh3)
            co_return where + " is wanted and not what was written";
        if (!wanted.whole.contains(key) && !zero) co_return where + " should be erased";
    }
    co_return "";
}

Task<std::string> check_log(io::Disk& disk) {
    const auto super = co_await read_super(disk, "/store");
    if (!super) co_return "";  // there is no store yet
    const auto index = Index::open_scratch();
    std::vector<Payload> payloads;
    std::set<AccountId> accounts;
    std::set<PlaceKey> unfinished;  // parts of snapshots that came to nothing
    const auto seen = [&](const ScannedGroup& group) {
        for (const ScannedRecord& record : group.records) {
            const AccountId account = record.header.account;
            accounts.insert(account);
            if (record.payload.length > 0) payloads.push_back({account, record.payload});
            const auto* snapshot = std::get_if<SnapshotRecord>(&record.record);
            if (snapshot != nullptr && !snapshot->last) unfinished.insert(key_of(record.payload));
            if (snapshot == nullptr) continue;
            for (const Place& part : snapshot->parts)
                unfinished.erase(key_of(part));
        }
        return Status::good();
    };
    const auto walked = co_await check::replay_log(disk, "/store", super->store, *index, seen);
    if (!walked) co_return "the log: " + walked.error().what;
    Wanted wanted = wanted_by(index->view(ReadTier::may_block), accounts);
    wanted.going.merge(unfinished);
    co_return co_await check_payloads(disk, std::move(payloads), std::move(wanted));
}

}  // namespace

std::string wrong_octets(SimMachine& machine) {
    io::SimLoop loop(machine.world);
    io::SimDisk disk(loop, machine.media);
    return io::run_sim(loop, check_log(disk));
}

}  // namespace loam::testing
