// Messages of an account: append, copy, move, and reading them. Names are in account_names.cc.
#include "engine/api/account.h"

#include <algorithm>

#include "engine/api/account_state.h"
#include "engine/api/message_state.h"
#include "engine/api/store.h"
#include "engine/api/upload_state.h"

namespace loam {

namespace {

/// Most octets that inline bodies and sidecars of one APPEND transaction take together; a group has
/// room for more.
constexpr std::uint64_t kInlineTotalMax = 1U << 20;

}  // namespace

Account::Account(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Account::~Account() = default;

AccountId Account::id() const {
    return impl_->id;
}
const AccountCell& Account::cell() const {
    return impl_->cell;
}

Task<Status> Account::set_limits(LimitsChange change) {
    const AccountLock::Pass pass = co_await impl_->lock.alone();
    LOAM_CO_TRY_STATUS(impl_->check_writable());
    AccountCell& staged = impl_->staged_cell;
    staged.limit_octets = change.octets.value_or(staged.limit_octets);
    staged.limit_messages = change.messages.value_or(staged.limit_messages);
    staged.limit_mailboxes = change.mailboxes.value_or(staged.limit_mailboxes);
    const AccountCell cell = staged;
    keep::Commit commit;
    commit.entries.push_back({impl_->id, Cid{}, QuotaRecord{cell}, {}});
    LOAM_CO_TRY_STATUS(co_await impl_->commit(std::move(commit)));
    impl_->cell = cell;
    co_return Status::good();
}

Task<Result<std::shared_ptr<Mailbox>>> Account::open_mailbox(MailboxId mailbox) {
    Impl& account = *impl_;
    for (;;) {
        if (const auto found = account.open.find(mailbox); found != account.open.end()) {
            if (auto shared = found->second.lock()) co_return shared;
        }
        auto query = [&account, mailbox](const IndexView& view) {
            return view.load_mailbox(account.id, mailbox);
        };
        LOAM_CO_TRY(MailboxImage image, co_await account.keeper.read(account.thread.loop, query));
        if (image.position.end < account.published)
            continue;  // older than what sessions have seen: read again
        const auto found = account.open.find(mailbox);
        if (found != account.open.end() && !found->second.expired())
            continue;  // somebody else was faster

        auto impl = std::make_unique<Mailbox::Impl>(account, mailbox);
        impl->messages = std::move(image.rows);
        impl->loaded = image.position.end;
        // The image may hold records that are applied and about to be published; the row must not
        // lag behind it.
        if (!account.rows.contains(mailbox)) co_return fail(Errc::not_found, "no such mailbox");
        account.publish_row(mailbox, image.row);
        auto opened = std::make_shared<Mailbox>(std::move(impl));
        account.open[mailbox] = opened;
        account.thread.indexer.opened(account);
        co_return opened;
    }
}

Status Account::check_upload(std::uint64_t size, std::span<const AppendItem> others) const {
    if (size > impl_->options.message_bytes_max) {
        return fail(Errc::too_big, "message of " + std::to_string(size) + " octets; the limit is " +
                                       std::to_string(impl_->options.message_bytes_max));
    }
    LOAM_TRY_STATUS(impl_->check_writable());
    std::uint64_t octets = size;
    for (const AppendItem& other : others)
        octets += other.upload->size();
    return impl_->check_room(octets, others.size() + 1);
}

Result<std::unique_ptr<Upload>> Account::begin_upload(std::uint64_t size,
                                                      std::span<const AppendItem> others) {
    LOAM_TRY_STATUS(check_upload(size, others));
    return std::make_unique<Upload>(std::make_unique<Upload::Impl>(*impl_, size));
}

keep::Commit::Entry append_entry(Account::Impl& account, MailboxId target, AppendItem& item,
                                 std::uint64_t keywords, Modseq modseq) {
    Upload::Impl& upload = item.upload->impl();
    AppendRecord record;
    record.mailbox = target;
    record.row.cid = upload.take_cid();
    record.row.internal_date_s = item.internal_date_s;
    record.row.internal_zone_min = item.internal_zone_min;
    record.row.save_date_s = account.thread.loop.wall_now() / 1'000'000;
    record.row.size = upload.size();
    record.row.modseq = modseq;
    record.row.flags = item.flags;
    record.row.keywords = keywords;
    record.sha256 = upload.sha256();
    record.size = upload.size();
    record.sidecar_bytes = upload.sidecar_bytes();
    record.upload = upload.chunked() ? record.row.cid.value : 0;
    record.chunk_places = upload.chunk_places();
    account.stage_arrival(target, record.row);
    record.mailbox_row = account.staged_rows.at(target);
    record.cell = account.staged_cell;
    const Cid cid = record.row.cid;
    return {account.id, cid, std::move(record), upload.take_payload()};
}

Task<Result<AppendOutcome>> Account::append(MailboxId target, std::vector<AppendItem> items) {
    std::uint64_t inline_bytes = 0;
    for (const AppendItem& item : items)
        inline_bytes += item.upload->impl().payload_bytes();
    if (items.size() > 1 && inline_bytes > kInlineTotalMax) {
        for (const AppendItem& item : items) {
            LOAM_CO_TRY_STATUS(co_await item.upload->impl().flush_frames());
        }
        inline_bytes = 0;
        for (const AppendItem& item : items)
            inline_bytes += item.upload->impl().payload_bytes();
    }
    if (inline_bytes > kAppendPayloadMax)
        co_return fail(Errc::limit, "too many messages in one APPEND");

    const AccountLock::Pass pass = co_await impl_->lock.shared();
    LOAM_CO_TRY_STATUS(impl_->check_writable());
    const auto found = impl_->staged_rows.find(target);
    if (found == impl_->staged_rows.end()) co_return fail(Errc::not_found, "no such mailbox");
    std::uint64_t octets = 0;
    for (const AppendItem& item : items)
        octets += item.upload->size();
    LOAM_CO_TRY_STATUS(impl_->check_room(octets, items.size()));
    MailboxRow with_keywords = found->second;
    std::vector<std::uint64_t> keywords;
    for (const AppendItem& item : items) {
        LOAM_CO_TRY(const std::uint64_t bits, keyword_bits(with_keywords, item.keywords));
        keywords.push_back(bits);
    }
    if (found->second.uidnext.value > UINT32_MAX - items.size()) {
        co_return fail(Errc::limit, "the mailbox is out of uids");
    }

    found->second = with_keywords;
    const Modseq modseq = impl_->next_modseq();
    AppendOutcome outcome{.uidvalidity = found->second.uidvalidity, .uids = {}};
    keep::Commit commit;
    std::vector<MessageRow> rows;
    for (std::size_t i = 0; i < items.size(); ++i) {
        commit.entries.push_back(append_entry(*impl_, target, items[i], keywords[i], modseq));
        rows.push_back(std::get<AppendRecord>(commit.entries.back().record).row);
        outcome.uids.push_back(rows.back().uid);
    }
    const MailboxRow row = found->second;
    const AccountCell cell = impl_->staged_cell;
    LOAM_CO_TRY_STATUS(co_await impl_->commit(std::move(commit)));

    impl_->cell = cell;
    impl_->publish_row(target, row);
    impl_->publish_arrivals(target, rows);
    for (const MessageRow& arrived : rows)
        impl_->thread.indexer.arrived(*impl_, arrived.cid, arrived.size);
    co_return outcome;
}

namespace {

/// Keyword bits of a message in the table of another mailbox, which grows if need be. Errors:
/// limit.
Result<std::uint64_t> translate_keywords(std::uint64_t bits, const MailboxRow& from,
                                         MailboxRow& to) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < from.keywords.size(); ++i) {
        if ((bits >> i & 1) != 0) names.push_back(from.keywords[i]);
    }
    return keyword_bits(to, names);
}

/// The rows that `sources` become in `target`, still without uids. Errors: limit.
Result<std::vector<MessageRow>> translate_rows(const std::vector<MessageRow>& sources,
                                               const MailboxRow& from, MailboxRow& to,
                                               std::int64_t now_s) {
    if (to.uidnext.value > UINT32_MAX - sources.size())
        return fail(Errc::limit, "the mailbox is out of uids");
    std::vector<MessageRow> rows = sources;
    for (MessageRow& row : rows) {
        if (row.keywords != 0) {
            LOAM_TRY(row.keywords, translate_keywords(row.keywords, from, to));
        }
        row.save_date_s = now_s;
    }
    return rows;
}

CopyOutcome outcome_of(const std::vector<MessageRow>& sources, const std::vector<MessageRow>& rows,
                       std::uint32_t uidvalidity) {
    CopyOutcome outcome{.uidvalidity = uidvalidity, .source = {}, .target = {}};
    for (const MessageRow& row : sources)
        outcome.source.push_back(row.uid);
    for (const MessageRow& row : rows)
        outcome.target.push_back(row.uid);
    return outcome;
}

}  // namespace

Task<Result<CopyOutcome>> Account::copy(Mailbox& source, UidSet uids, MailboxId target) {
    Impl& account = *impl_;
    AccountLock::Pass pass = co_await account.lock.shared();
    LOAM_CO_TRY_STATUS(account.check_writable());
    std::vector<MessageRow> sources;
    std::map<Cid, std::uint32_t> loaded;
    for (;;) {
        if (!account.staged_rows.contains(target))
            co_return fail(Errc::not_found, "no such mailbox");
        sources = source.impl().staged_messages(uids);
        const bool known = std::ranges::all_of(sources, [&](const MessageRow& row) {
            return loaded.contains(row.cid) || account.staged_counts.contains(row.cid);
        });
        if (known) break;
        std::vector<Cid> cids;
        cids.reserve(sources.size());
        for (const MessageRow& row : sources)
            cids.push_back(row.cid);
        LOAM_CO_TRY(loaded, co_await account.load_counts(std::move(cids)));
    }
    MailboxRow target_row = account.staged_rows.at(target);
    if (sources.empty()) {
        LOAM_CO_TRY_STATUS(co_await source.impl().settle(std::move(pass)));
        co_return CopyOutcome{.uidvalidity = target_row.uidvalidity, .source = {}, .target = {}};
    }
    std::uint64_t octets = 0;
    for (const MessageRow& row : sources)
        octets += row.size;
    LOAM_CO_TRY_STATUS(account.check_room(octets, sources.size()));
    const MailboxRow source_row = account.staged_rows.at(source.id());
    LOAM_CO_TRY(std::vector<MessageRow> rows,
                translate_rows(sources, source_row, target_row,
                               account.thread.loop.wall_now() / 1'000'000));

    const std::uint64_t ticket = ++account.last_ticket;
    account.staged_rows.at(target) = target_row;
    const Modseq modseq = account.next_modseq();
    std::map<Cid, std::uint32_t> counts;
    for (MessageRow& row : rows) {
        row.modseq = modseq;
        account.stage_arrival(target, row);
        auto [count, fresh] = counts.try_emplace(row.cid, 0);
        if (fresh) count->second = account.count_of(row.cid, loaded);
        ++count->second;
    }
    CopyRecord record{.target = target, .rows = rows, .counts = {}, .target_row = {}, .cell = {}};
    for (const auto& [cid, count] : counts)
        record.counts.push_back({cid, count});
    account.stage_counts(record.counts, ticket);
    record.target_row = account.staged_rows.at(target);
    record.cell = account.staged_cell;
    keep::Commit commit;
    commit.entries.push_back({account.id, Cid{}, record, {}});
    LOAM_CO_TRY_STATUS(co_await account.commit(std::move(commit)));

    account.cell = record.cell;
    account.publish_row(target, record.target_row);
    account.publish_counts(record.counts, ticket);
    account.publish_arrivals(target, rows);
    co_return outcome_of(sources, rows, record.target_row.uidvalidity);
}

Result<MoveRecord> stage_move(Mailbox::Impl& source, const std::vector<MessageRow>& sources,
                              MailboxId target, std::uint64_t ticket) {
    Account::Impl& account = source.account;
    MailboxRow target_row = account.staged_rows.at(target);
    LOAM_TRY(std::vector<MessageRow> rows,
             translate_rows(sources, account.staged_rows.at(source.id), target_row,
                            account.thread.loop.wall_now() / 1'000'000));
    account.staged_rows.at(target) = target_row;
    MoveRecord record{.source = source.id,
                      .target = target,
                      .source_uids = {},
                      .modseq = account.next_modseq(),
                      .rows = {},
                      .source_row = {},
                      .target_row = {},
                      .cell = {}};
    MailboxRow& source_row = account.staged_rows.at(source.id);
    for (const MessageRow& message : sources) {
        count_out(source_row, account.staged_cell, message);
        record.source_uids.add(message.uid);
    }
    source.stage_gone(sources, ticket);
    source_row.highest_modseq = record.modseq;
    account.trim_history(source_row);
    if (source_row.unseen == 0) {
        source_row.first_unseen = Uid{0};
    } else if (record.source_uids.contains(source_row.first_unseen)) {
        source_row.first_unseen = source.first_unseen_from(source_row.first_unseen);
    }
    for (MessageRow& row : rows) {
        row.modseq = record.modseq;
        account.stage_arrival(target, row);
    }
    record.rows = std::move(rows);
    record.source_row = account.staged_rows.at(source.id);
    record.target_row = account.staged_rows.at(target);
    record.cell = account.staged_cell;
    return record;
}

Task<Result<CopyOutcome>> Account::move(Mailbox& source, UidSet uids, MailboxId target,
                                        const Watch* origin) {
    Impl& account = *impl_;
    AccountLock::Pass pass = co_await account.lock.shared();
    LOAM_CO_TRY_STATUS(account.check_writable());
    if (source.impl().gone) co_return fail(Errc::read_only, "the mailbox is gone");
    if (!account.staged_rows.contains(target)) co_return fail(Errc::not_found, "no such mailbox");
    const std::vector<MessageRow> sources = source.impl().staged_messages(uids);
    if (sources.empty()) {
        const std::uint32_t uidvalidity = account.staged_rows.at(target).uidvalidity;
        LOAM_CO_TRY_STATUS(co_await source.impl().settle(std::move(pass)));
        co_return CopyOutcome{.uidvalidity = uidvalidity, .source = {}, .target = {}};
    }
    const std::uint64_t ticket = ++account.last_ticket;
    LOAM_CO_TRY(const MoveRecord record, stage_move(source.impl(), sources, target, ticket));
    keep::Commit commit;
    commit.entries.push_back({account.id, Cid{}, record, {}});
    account.add_trim(commit, source.id(), record.source_row);
    LOAM_CO_TRY_STATUS(co_await account.commit(std::move(commit)));

    account.cell = record.cell;
    account.publish_row(source.id(), record.source_row);
    account.publish_row(target, record.target_row);
    source.impl().publish_expunged(record.source_uids, record.modseq, ticket, account.published,
                                   origin);
    account.publish_arrivals(target, record.rows);
    co_return outcome_of(sources, record.rows, record.target_row.uidvalidity);
}

}  // namespace loam
