#include "engine/api/delivery.h"

#include <utility>

#include "engine/io/gate.h"

namespace loam {

namespace {

/// One recipient; all but `status` and `owner` belong to the owner's thread.
struct Recipient {
    Recipient(Store& in, AccountId for_account)
        : store(in), owner(in.owner(for_account)), account(for_account) {}

    Store& store;
    io::Loop& owner;
    const AccountId account;
    Status status;
    AccountHandle handle;
    MailboxId mailbox;
    std::unique_ptr<Upload> upload;
};

Task<Status> open_recipient(Recipient& to, std::string mailbox, std::string trace,
                            std::uint64_t size) {
    LOAM_CO_TRY(to.handle, co_await to.store.account(to.account));
    const auto found = to.handle->find_mailbox(mailbox);
    if (!found) co_return fail(Errc::not_found, "no mailbox " + mailbox);
    to.mailbox = *found;
    LOAM_CO_TRY(to.upload, to.handle->begin_upload(size + trace.size()));
    co_return co_await to.upload->write(as_bytes(trace));
}

Task<Status> append_upload(Recipient& to) {
    LOAM_CO_TRY_STATUS(co_await to.upload->finish());
    std::vector<AppendItem> items(1);
    items.front().upload = std::move(to.upload);
    items.front().internal_date_s = to.owner.wall_now() / 1'000'000;
    const auto appended = co_await to.handle->append(to.mailbox, std::move(items));
    if (!appended) co_return appended.error();
    co_return Status::good();
}

/// Lets go of everything on the thread that it belongs to.
Task<Status> release(Recipient& to, Status status) {
    to.upload.reset();
    to.handle = AccountHandle();
    co_return status;
}

Task<Status> finish_recipient(Recipient& to) {
    Status status = to.status;
    if (status) status = co_await append_upload(to);
    co_return co_await release(to, std::move(status));
}

Task<void> finish_from(io::Loop& here, Recipient& to) {
    to.status = co_await io::run_on(here, to.owner, finish_recipient(to));
}

}  // namespace

struct Delivery::Impl {
    Impl(Store& in, io::Loop& on) : store(in), here(on) {}
    Store& store;
    io::Loop& here;
    std::vector<std::unique_ptr<Recipient>> recipients;
};

Delivery::Delivery(Store& store, io::Loop& here) : impl_(std::make_unique<Impl>(store, here)) {}

Delivery::~Delivery() {
    LOAM_CHECK(impl_->recipients.empty());
}

std::size_t Delivery::recipients() const {
    return impl_->recipients.size();
}

Task<Status> Delivery::add(AccountId account, std::string mailbox, std::string trace,
                           std::uint64_t size) {
    auto to = std::make_unique<Recipient>(impl_->store, account);
    auto opening = open_recipient(*to, std::move(mailbox), std::move(trace), size);
    to->status = co_await io::run_on(impl_->here, to->owner, std::move(opening));
    if (to->status) {
        impl_->recipients.push_back(std::move(to));
        co_return Status::good();
    }
    co_return co_await io::run_on(impl_->here, to->owner, release(*to, to->status));
}

Task<void> Delivery::write(Bytes bytes) {
    for (const auto& to : impl_->recipients) {
        if (!to->status) continue;
        to->status = co_await io::run_on(impl_->here, to->owner, to->upload->write(bytes));
    }
}

Task<std::vector<Status>> Delivery::finish() {
    io::Gate gate;
    for (const auto& to : impl_->recipients)
        gate.spawn(finish_from(impl_->here, *to));
    co_await gate.close();
    std::vector<Status> statuses;
    for (const auto& to : impl_->recipients)
        statuses.push_back(to->status);
    impl_->recipients.clear();
    co_return statuses;
}

Task<void> Delivery::abandon() {
    for (const auto& to : impl_->recipients) {
        to->status = co_await io::run_on(impl_->here, to->owner, release(*to, Status::good()));
    }
    impl_->recipients.clear();
}

}  // namespace loam
