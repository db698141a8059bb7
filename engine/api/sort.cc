#include "engine/api/sort.h"

#include <algorithm>
#include <compare>
#include <memory>
#include <numeric>

#include <spdlog/spdlog.h>

#include "engine/api/account_state.h"
#include "engine/api/message_state.h"
#include "engine/api/sort_order.h"
#include "engine/mail/parsed_message.h"
#include "engine/search/ask.h"

namespace loam {

namespace {

std::strong_ordering compare(const OrderedMessage& a, const OrderedMessage& b, SortKey key) {
    const mail::Digest& left = a.digest;
    const mail::Digest& right = b.digest;
    switch (key) {
        case SortKey::arrival:
            return a.arrival_s <=> b.arrival_s;
        case SortKey::cc:
            return left.cc_mailbox <=> right.cc_mailbox;
        case SortKey::date:
            return a.sent_s() <=> b.sent_s();
        case SortKey::from:
            return left.from_mailbox <=> right.from_mailbox;
        case SortKey::size:
            return a.size <=> b.size;
        case SortKey::subject:
            return left.base_subject <=> right.base_subject;
        case SortKey::to:
            return left.to_mailbox <=> right.to_mailbox;
        case SortKey::display_from:
            return left.from_display <=> right.from_display;
        case SortKey::display_to:
            return left.to_display <=> right.to_display;
    }
    return std::strong_ordering::equal;
}

/// Fills in the digests that the index has. Returns the places of the others.
Result<std::vector<std::size_t>> indexed_digests(const IndexView& view, AccountId account,
                                                 std::span<const Cid> cids, ZstdContext& zstd,
                                                 std::vector<OrderedMessage>& messages) {
    std::vector<bool> known(cids.size());
    const auto use = [&](std::size_t place, std::string_view value) {
        auto digest = mail::decode_digest(as_bytes(value));
        if (!digest) return;
        messages[place].digest = *std::move(digest);
        known[place] = true;
    };
    LOAM_TRY_STATUS(lookup::read_column(view, account, lookup::Column::digest, cids, zstd, use));
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < cids.size(); ++i) {
        if (!known[i]) missing.push_back(i);
    }
    return missing;
}

/// Messages whose sidecars are loaded together.
constexpr std::size_t kBatch = 256;

using Infos = std::vector<std::shared_ptr<const MessageInfo>>;

/// Null: gone, or damaged, which takes none of the others with it.
Task<Result<Infos>> readable_infos(Account& account, std::vector<Cid> cids) {
    auto together = co_await account.message_infos(cids);
    if (together || together.error().code != Errc::corrupt) co_return together;
    Infos infos;
    for (const Cid cid : cids) {
        auto one = co_await account.message_infos({cid});
        if (!one && one.error().code != Errc::corrupt) co_return one.error();
        if (!one)
            spdlog::error("sort: account {} content {}: {}", account.id().value, cid.value,
                          one.error().what);
        infos.push_back(one ? one->front() : nullptr);
    }
    co_return infos;
}

/// What the messages are ordered by. One whose sidecar is damaged counts as one without header.
Task<Result<std::vector<OrderedMessage>>> load(Account& account, Mailbox& mailbox,
                                               std::vector<Uid> uids) {
    Account::Impl& state = account.impl();
    std::ranges::sort(uids);
    std::vector<OrderedMessage> messages;
    std::vector<Cid> cids;
    for (const Uid uid : uids) {
        const MessageRow* const row = mailbox.find(uid);
        if (row == nullptr) continue;
        messages.push_back({uid, row->internal_date_s, row->size, {}});
        cids.push_back(row->cid);
    }
    const TextPool::Lease desk = state.thread.texts.lend();
    auto work = [&] {
        return indexed_digests(state.keeper.index().view(ReadTier::may_block), state.id, cids,
                               desk->zstd, messages);
    };
    LOAM_CO_TRY(const std::vector<std::size_t> missing,
                co_await io::offload(state.thread.loop, io::Workers::Class::foreground, work));
    for (std::size_t at = 0; at < missing.size(); at += kBatch) {
        const auto batch = std::span(missing).subspan(at, std::min(kBatch, missing.size() - at));
        std::vector<Cid> wanted;
        for (const std::size_t place : batch)
            wanted.push_back(cids[place]);
        LOAM_CO_TRY(const auto infos, co_await readable_infos(account, std::move(wanted)));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (!infos[i]) continue;
            auto digest = mail::decode_digest(infos[i]->impl().view.digest);
            if (digest) messages[batch[i]].digest = *std::move(digest);
        }
        co_await io::yield(state.thread.loop);
    }
    co_return messages;
}

}  // namespace

std::vector<Uid> sort_messages(std::span<const OrderedMessage> messages,
                               std::span<const SortCriterion> criteria) {
    std::vector<std::uint32_t> order(messages.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        for (const SortCriterion& criterion : criteria) {
            const auto by = compare(messages[a], messages[b], criterion.key);
            if (by != std::strong_ordering::equal) return criterion.reverse ? by > 0 : by < 0;
        }
        return a < b;
    };
    std::ranges::sort(order, before);
    std::vector<Uid> uids;
    uids.reserve(order.size());
    for (const std::uint32_t place : order)
        uids.push_back(messages[place].uid);
    return uids;
}

Task<Result<std::vector<Uid>>> sort(Account& account, Mailbox& mailbox, std::vector<Uid> uids,
                                    std::vector<SortCriterion> criteria) {
    LOAM_CO_TRY(const auto messages, co_await load(account, mailbox, std::move(uids)));
    auto work = [&messages, &criteria] { return sort_messages(messages, criteria); };
    co_return co_await io::offload(account.impl().thread.loop, io::Workers::Class::foreground,
                                   work);
}

Task<Result<Threads>> thread(Account& account, Mailbox& mailbox, std::vector<Uid> uids,
                             ThreadBy by) {
    LOAM_CO_TRY(const auto messages, co_await load(account, mailbox, std::move(uids)));
    auto work = [&messages, by] {
        return by == ThreadBy::subject ? thread_by_subject(messages)
                                       : thread_by_references(messages);
    };
    co_return co_await io::offload(account.impl().thread.loop, io::Workers::Class::foreground,
                                   work);
}

}  // namespace loam
