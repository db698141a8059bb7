#include "tests/crash/log_octets.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engine/codec/checksum.h"
#include "engine/index/index.h"
#include "engine/io/sim/sim_run.h"
#include "engine/keep/replay.h"
#include "engine/log/log_reader.h"
#include "engine/log/recover.h"
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
    index::MemoryStore memory;
    const auto index = Index::open_memory(memory);
    std::vector<Payload> payloads;
    std::set<AccountId> accounts;
    const std::function<Status(const ScannedGroup&)> on_group = [&](const ScannedGroup& group) {
        for (const ScannedRecord& record : group.records) {
            accounts.insert(record.header.account);
            if (record.payload.length > 0)
                payloads.push_back({record.header.account, record.payload});
        }
        return index->apply(keep::to_apply(group));
    };
    const auto walked =
        co_await inspect_log(disk, log_dir("/store", 0), ScanOptions{.store = super->store}, {},
                             keep::visit_with(on_group));
    if (!walked) co_return "the log: " + walked.error().what;
    Wanted wanted = wanted_by(index->view(ReadTier::may_block), accounts);
    co_return co_await check_payloads(disk, std::move(payloads), std::move(wanted));
}

}  // namespace

std::string wrong_octets(SimMachine& machine) {
    io::SimLoop loop(machine.world);
    io::SimDisk disk(loop, machine.media);
    return io::run_sim(loop, check_log(disk));
}

}  // namespace loam::testing
