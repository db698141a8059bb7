#include "engine/check/check_contents.h"

#include <algorithm>
#include <string>

#include "engine/codec/checksum.h"
#include "engine/keep/content_stream.h"
#include "engine/keep/message_names.h"
#include "engine/keep/stored_sidecar.h"
#include "engine/log/segment_files.h"

namespace loam::check {

namespace {

/// Contents looked up in the index together.
constexpr std::size_t kBatch = 256;

}  // namespace

void LogRecords::add(const ScannedGroup& group) {
    for (std::uint32_t i = 0; i < group.records.size(); ++i) {
        const ScannedRecord& record = group.records[i];
        if (record.payload.length == 0) continue;
        owners_[{group.lsn, i}] = {record.header.account, record.header.cid, record.payload};
    }
}

const LogRecords::Owner* LogRecords::find(Lsn group, std::uint32_t record) const {
    const auto found = owners_.find({group, record});
    return found == owners_.end() ? nullptr : &found->second;
}

ContentChecker::ContentChecker(IndexView view, const LogRecords& records, io::Disk& disk,
                               const FsckOptions& options, FsckReport& report, Findings& findings)
    : view_(std::move(view)),
      records_(records),
      options_(options),
      report_(report),
      findings_(findings),
      log_(disk, log_dir(options.path, 0)) {}

Task<Status> ContentChecker::run(io::Loop& loop) {
    LOAM_CO_TRY(const auto accounts, view_.accounts());
    for (const AccountId account : accounts) {
        const Status checked = co_await check_account(account, loop);
        if (checked) continue;
        if (checked.error().code != Errc::corrupt) co_return checked;
        findings_.add("account " + std::to_string(account.value) + ": " + checked.error().what);
    }
    co_return Status::good();
}

Task<Status> ContentChecker::check_account(AccountId account, io::Loop& loop) {
    LOAM_CO_TRY(const auto mailboxes, view_.mailboxes(account));
    std::map<Cid, std::pair<std::uint32_t, std::uint64_t>> wanted;  // rows, and their RFC822.SIZE
    for (const auto& [mailbox, row] : mailboxes) {
        LOAM_CO_TRY(const auto rows, view_.rows(account, mailbox));
        for (const MessageRow& message : rows) {
            auto& [count, size] = wanted[message.cid];
            ++count;
            size = message.size;
        }
    }
    std::vector<Cid> cids;
    cids.reserve(wanted.size());
    for (const auto& [cid, rows] : wanted)
        cids.push_back(cid);
    for (std::size_t at = 0; at < cids.size(); at += kBatch) {
        const std::span<const Cid> batch =
            std::span(cids).subspan(at, std::min(kBatch, cids.size() - at));
        LOAM_CO_TRY(const auto contents, view_.contents(account, batch));
        LOAM_CO_TRY(const auto counts, view_.counts(account, batch));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const std::string where = "account " + std::to_string(account.value) + " content " +
                                      std::to_string(batch[i].value);
            const auto& [rows, size] = wanted[batch[i]];
            if (!contents[i]) {
                findings_.add(where + ": is not there, and messages point at it");
                continue;
            }
            ++report_.contents;
            findings_.expect_equal(where, "the count of references", counts[i], rows);
            findings_.expect_equal(where, "the size", contents[i]->size, size);
            check_places(where, account, batch[i], *contents[i]);
            if (options_.deep) {
                LOAM_CO_TRY_STATUS(co_await check_octets(account, batch[i], *contents[i]));
            }
        }
        if (options_.deep) findings_.progress(std::to_string(report_.contents) + " messages read");
        co_await io::yield(loop);
    }
    co_return Status::good();
}

void ContentChecker::check_places(const std::string& where, AccountId account, Cid cid,
                                  const ContentRow& content) {
    if (content.places.empty()) findings_.add(where + ": lies nowhere");
    for (const Place& place : content.places) {
        const LogRecords::Owner* owner = records_.find(place.group, place.record);
        if (owner == nullptr) {
            findings_.add(where + ": points at a record that the log does not have");
        } else if (owner->account != account || owner->cid != cid) {
            findings_.add(where + ": points at a record of account " +
                          std::to_string(owner->account.value) + " content " +
                          std::to_string(owner->cid.value));
        } else if (owner->payload != place) {
            findings_.add(where + ": points beside the payload of its record");
        }
    }
}

Task<Status> ContentChecker::check_octets(AccountId account, Cid cid, const ContentRow& content) {
    const Status rebuilt = co_await rebuild(content);
    if (rebuilt) co_return Status::good();
    const Errc code = rebuilt.error().code;
    if (code != Errc::corrupt && code != Errc::unsupported) co_return rebuilt;
    LOAM_CO_TRY(const std::string names, keep::name_messages(view_, account, cid));
    findings_.add("account " + std::to_string(account.value) + " content " +
                  std::to_string(cid.value) + " (" + names + "): " + rebuilt.error().what);
    co_return Status::good();
}

Task<Status> ContentChecker::rebuild(const ContentRow& content) {
    for (const Place& place : content.places) {
        LOAM_CO_TRY(const ByteVector octets, co_await log_.read(place));
        report_.payload_bytes_checked += octets.size();
    }
    LOAM_CO_TRY(const ByteVector sidecar, co_await keep::read_stored_sidecar(log_, content));
    LOAM_CO_TRY(const keep::StoredSidecar halves, keep::split_stored_sidecar(sidecar));
    LOAM_CO_TRY(const BlobLayout layout, decode_blob_layout(halves.layout));
    LOAM_CO_TRY_STATUS(mail::decode_sidecar(halves.message));
    if (layout.raw_bytes != content.size)
        co_return fail(Errc::corrupt, "its layout gives another size");
    auto stream = keep::ContentStream::raw(log_, zstd_, content, layout, 0, content.size);
    Sha256 sha256;
    for (;;) {
        LOAM_CO_TRY(const Bytes piece, co_await stream.next());
        if (piece.empty()) break;
        sha256.update(piece);
    }
    if (sha256.finish() != content.sha256)
        co_return fail(Errc::corrupt, "rebuilt, it is not what was received");
    co_return Status::good();
}

}  // namespace loam::check
