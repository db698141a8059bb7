#include "engine/check/check_erasures.h"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/log/log_reader.h"
#include "engine/log/segment_files.h"

namespace loam::check {

namespace {

/// Contents looked up in the index together.
constexpr std::size_t kBatch = 256;
/// The eraser takes its time, and a store may have been closed for long.
constexpr std::int64_t kGraceUs = 24LL * 3600 * 1'000'000;

using Owed = std::map<AccountId, std::set<Cid>>;

std::string name_of(AccountId account, Cid cid) {
    return "account " + std::to_string(account.value) + " content " + std::to_string(cid.value);
}

Result<Owed> collect_owed(const IndexView& view, std::int64_t now_us, Findings& findings) {
    Owed owed;
    LOAM_TRY_STATUS(view.each_erasure(nullptr, [&](const OwedErasure& erasure) {
        owed[erasure.account].insert(erasure.row.cids.begin(), erasure.row.cids.end());
        const std::int64_t late_us = now_us - erasure.row.deadline_us;
        if (late_us > kGraceUs) {
            findings.add("account " + std::to_string(erasure.account.value) +
                         ": something should have been erased " +
                         std::to_string(late_us / 3'600'000'000) + " hours ago");
        }
        return true;
    }));
    return owed;
}

Result<std::set<Cid>> contents_with_messages(const IndexView& view, AccountId account) {
    std::set<Cid> cids;
    LOAM_TRY(const auto mailboxes, view.mailboxes(account));
    for (const auto& [mailbox, row] : mailboxes) {
        LOAM_TRY(const auto rows, view.rows(account, mailbox));
        for (const MessageRow& message : rows)
            cids.insert(message.cid);
    }
    return cids;
}

Status check_contents_of(const IndexView& view, AccountId account, const std::set<Cid>& owed,
                         const AnnouncedErasures& announced, Findings& findings) {
    LOAM_TRY(const std::set<Cid> wanted, contents_with_messages(view, account));
    LOAM_TRY(const std::vector<Cid> cids, view.content_ids(account));
    for (const Cid cid : owed) {
        if (wanted.contains(cid))
            findings.add(name_of(account, cid) + ": is to be erased, and messages point at it");
    }
    for (std::size_t at = 0; at < cids.size(); at += kBatch) {
        const auto batch = std::span(cids).subspan(at, std::min(kBatch, cids.size() - at));
        LOAM_TRY(const auto contents, view.contents(account, batch));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (!wanted.contains(batch[i]) && !owed.contains(batch[i]))
                findings.add(name_of(account, batch[i]) +
                             ": no message points at it, and nobody is to erase it");
            if (!contents[i]) continue;
            for (const Place& place : contents[i]->places) {
                if (announced.contains(place))
                    findings.add(name_of(account, batch[i]) + ": lies where something was erased");
            }
        }
    }
    return {};
}

}  // namespace

void AnnouncedErasures::add(const ScannedGroup& group) {
    wall_us_ = std::max(wall_us_, group.wall_us);
    for (const ScannedRecord& record : group.records) {
        const auto* erase = std::get_if<EraseRecord>(&record.record);
        if (erase == nullptr) continue;
        for (const Place& place : erase->row.places)
            places_[{place.group, place.record}] = place;
    }
}

Status check_erasures(const IndexView& view, const AnnouncedErasures& announced,
                      Findings& findings) {
    LOAM_TRY(Owed owed, collect_owed(view, announced.wall_us(), findings));
    LOAM_TRY(const auto accounts, view.accounts());
    for (const AccountId account : accounts)
        owed.try_emplace(account);
    for (const auto& [account, cids] : owed) {
        const Status checked = check_contents_of(view, account, cids, announced, findings);
        if (checked) continue;
        if (checked.error().code != Errc::corrupt) return checked;
        findings.add("account " + std::to_string(account.value) + ": " + checked.error().what);
    }
    return {};
}

Task<Status> check_zeros(const IndexView& view, const AnnouncedErasures& announced, io::Disk& disk,
                         const FsckOptions& options, Findings& findings) {
    AnnouncedErasures::Places erased = announced.places();
    LOAM_CO_TRY_STATUS(view.each_erasure(nullptr, [&](const OwedErasure& erasure) {
        for (const Place& place : erasure.row.places)
            erased.erase({place.group, place.record});
        return true;
    }));
    LOAM_CO_TRY(const auto segments, co_await list_segments(disk, log_dir(options.path, 0)));
    LogReader log(disk, log_dir(options.path, 0));
    for (const auto& [key, place] : erased) {
        // Whether it should be there, the log says: nothing is left in it in any case.
        if (!std::ranges::binary_search(segments, lsn_segment(place.group))) continue;
        const auto octets = co_await log.read_part(place, 0, place.length);
        if (!octets && octets.error().code != Errc::corrupt) co_return octets.error();
        const bool zeros = octets && std::ranges::all_of(*octets, [](std::byte octet) {
                               return octet == std::byte{0};
                           });
        if (zeros) continue;
        findings.add(
            describe_place(log_dir(options.path, 0), lsn_segment(place.group), place.offset) +
            ": should be erased");
    }
    co_return Status::good();
}

}  // namespace loam::check
