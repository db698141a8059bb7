#include "imapd/admin/store_import.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/base/limits.h"
#include "imapd/wire/chars.h"
#include "imapd/wire/flags.h"

namespace loam::admin {

std::vector<std::string> fit_keywords(std::vector<std::string>& keywords,
                                      std::vector<std::string>& known) {
    std::vector<std::string> left_out;
    for (std::string& name : std::exchange(keywords, {})) {
        const bool known_already = std::ranges::any_of(
            known, [&](const std::string& one) { return imap::ascii_iequals(one, name); });
        const bool fits = known_already || known.size() < kKeywordsMax;
        if (!fits || !imap::check_keyword(name)) {
            left_out.push_back(std::move(name));
            continue;
        }
        if (!known_already) known.push_back(name);
        keywords.push_back(std::move(name));
    }
    return left_out;
}

Task<Result<std::unique_ptr<StoreImport>>> StoreImport::open(Store& store, io::Loop& here,
                                                             std::string user) {
    LOAM_CO_TRY(const UserInfo info, co_await store.find_user(here, std::move(user)));
    std::unique_ptr<StoreImport> import(new StoreImport(here, store.owner(info.account)));
    auto loading = import->load(&store, info.account);
    LOAM_CO_TRY_STATUS(co_await import->there(std::move(loading)));
    co_return std::move(import);
}

Task<Status> StoreImport::load(Store* store, AccountId id) {
    LOAM_CO_TRY(account_, co_await store->account(id));
    co_return Status::good();
}

Task<void> StoreImport::close() {
    co_await io::switch_to(owner_);
    upload_.reset();
    waiting_.clear();
    looked_at_.reset();
    account_ = {};
    co_await io::switch_to(here_);
}

Task<Result<ImportMailbox>> StoreImport::mailbox(std::string name, bool create) {
    return there(do_mailbox(std::move(name), create));
}

Task<Result<std::optional<ImportedMessage>>> StoreImport::look(std::string mailbox, Uid uid) {
    return there(do_look(std::move(mailbox), uid));
}

Task<Status> StoreImport::begin(ImportMessage message) {
    return there(do_begin(std::move(message)));
}

Task<Status> StoreImport::write(Bytes octets) {
    return there(do_write(octets));
}

Task<Result<ImportedMessage>> StoreImport::finish() {
    return there(do_finish());
}

Task<void> StoreImport::abandon() {
    co_await io::switch_to(owner_);
    upload_.reset();
    co_await io::switch_to(here_);
}

Task<Result<std::vector<KeywordsLeftOut>>> StoreImport::append(std::string mailbox) {
    return there(do_append(std::move(mailbox)));
}

Task<Result<ImportMailbox>> StoreImport::do_mailbox(std::string name, bool create) {
    auto found = account_->find_mailbox(name);
    if (!found && !create) co_return ImportMailbox{};
    if (!found) {
        LOAM_CO_TRY(found, co_await account_->create_mailbox(name, ""));
        LOAM_CO_TRY_STATUS(co_await account_->set_subscribed(name, true));
    }
    const MailboxRow* row = account_->mailbox_row(*found);
    if (row == nullptr) co_return fail(Errc::not_found, "mailbox " + name + " was deleted");
    co_return ImportMailbox{row->uidvalidity, row->uidnext};
}

Task<Result<std::optional<ImportedMessage>>> StoreImport::do_look(std::string mailbox, Uid uid) {
    const auto found = account_->find_mailbox(mailbox);
    if (!found) co_return std::optional<ImportedMessage>();
    if (!looked_at_ || looked_at_->id() != *found) {
        LOAM_CO_TRY(looked_at_, co_await account_->open_mailbox(*found));
    }
    const MessageRow* row = looked_at_->find(uid);
    if (row == nullptr) co_return std::optional<ImportedMessage>();
    co_return std::optional(ImportedMessage{row->size, row->internal_date_s});
}

Task<Status> StoreImport::do_begin(ImportMessage message) {
    upload_.reset();
    if (waiting_.size() == kImportMessagesMax)
        co_return fail(Errc::invalid, "too many messages wait to be appended");
    LOAM_CO_TRY(upload_, account_->begin_upload(message.size, waiting_));
    message_ = std::move(message);
    co_return Status::good();
}

Task<Status> StoreImport::do_write(Bytes octets) {
    if (!upload_) co_return fail(Errc::invalid, "no message was begun");
    co_return co_await upload_->write(octets);
}

Task<Result<ImportedMessage>> StoreImport::do_finish() {
    if (!upload_) co_return fail(Errc::invalid, "no message was begun");
    AppendItem item{.upload = std::move(upload_),
                    .flags = message_.flags,
                    .keywords = std::move(message_.keywords),
                    .internal_date_s = message_.date_s};
    LOAM_CO_TRY_STATUS(co_await item.upload->finish());
    if (const auto sent = item.upload->date(); message_.date_of_field && sent)
        std::tie(item.internal_date_s, item.internal_zone_min) = *sent;
    const ImportedMessage imported{item.upload->size(), item.internal_date_s};
    waiting_.push_back(std::move(item));
    co_return imported;
}

Task<Result<std::vector<KeywordsLeftOut>>> StoreImport::do_append(std::string mailbox) {
    std::vector<AppendItem> items = std::exchange(waiting_, {});
    const auto found = account_->find_mailbox(mailbox);
    if (!found) co_return fail(Errc::not_found, "no mailbox " + mailbox);
    std::vector<std::string> known = account_->mailbox_row(*found)->keywords;
    std::vector<KeywordsLeftOut> left_out;
    for (std::size_t i = 0; i < items.size(); ++i) {
        auto names = fit_keywords(items[i].keywords, known);
        if (!names.empty()) left_out.push_back({i, std::move(names)});
    }
    LOAM_CO_TRY_STATUS(co_await account_->append(*found, std::move(items)));
    co_return left_out;
}

}  // namespace loam::admin
