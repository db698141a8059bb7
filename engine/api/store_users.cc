// Users: names in account 0, credentials in the account itself. Making one writes the account
// first, then the name; taking one away the other way round, so that a name always means an
// account.
#include <algorithm>
#include <set>

#include "engine/api/store.h"
#include "engine/api/store_state.h"

namespace loam {

namespace {

Status check_user_name(const std::string& name) {
    if (name.empty() || name.size() > kUserNameBytesMax) {
        return fail(Errc::invalid, "user name of " + std::to_string(name.size()) +
                                       " octets; 1 to " + std::to_string(kUserNameBytesMax) +
                                       " are allowed");
    }
    const bool printable = std::ranges::all_of(name, [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet > 0x20 && octet != 0x7F;
    });
    if (!printable) return fail(Errc::invalid, "user name with a space or a control character");
    return {};
}

Task<Status> write_account(Account::Impl& account, AccountRecord record) {
    record.cell = account.staged_cell;
    keep::Commit commit;
    commit.entries.push_back({account.id, Cid{}, record, {}});
    LOAM_CO_TRY_STATUS(co_await account.commit(std::move(commit)));
    account.cell = record.cell;
    co_return Status::good();
}

}  // namespace

Task<Status> Store::Impl::load_store_account() {
    Shard& home = shard(kStoreAccount);
    auto query = [](const IndexView& view) { return view.load_account(kStoreAccount); };
    auto image = co_await keeper->read(home.loop(), query);
    if (!image && image.error().code != Errc::not_found) co_return image.error();
    auto loaded = new_account(home, kStoreAccount);
    loaded->load(image ? std::move(*image) : AccountImage{});  // a new store has no account 0 yet
    adopt(home, std::move(loaded));
    co_return Status::good();
}

Task<Status> Store::Impl::drop_nameless_accounts() {
    io::Loop& here = shard(kStoreAccount).loop();
    auto query = [](const IndexView& view) -> Result<std::vector<AccountId>> {
        LOAM_TRY(auto accounts, view.accounts());
        LOAM_TRY(const auto users, view.users());
        std::set<AccountId> named{kStoreAccount};
        for (const auto& [name, id] : users)
            named.insert(id);
        std::erase_if(accounts, [&](AccountId id) { return named.contains(id); });
        return accounts;
    };
    LOAM_CO_TRY(const std::vector<AccountId> nameless, co_await keeper->read(here, query));
    for (const AccountId id : nameless) {
        // In this process its id stands for something deleted, so that nobody else gets it.
        std::uint64_t& next = store_account().staged_cell.next_account;
        next = std::max(next, id.value + 1);
        LOAM_CO_TRY_STATUS(co_await io::run_on(here, shard(id).loop(), load_and_drop(id)));
    }
    co_return Status::good();
}

Task<Status> Store::Impl::load_and_drop(AccountId id) {
    LOAM_CO_TRY(const AccountHandle handle, co_await load(id));
    co_return co_await drop_account(id);
}

Task<Status> Store::Impl::make_account(AccountId id, CredentialRow credentials) {
    Shard& home = shard(id);
    auto fresh = new_account(home, id);
    fresh->load(AccountImage{});
    Account& account = adopt(home, std::move(fresh));
    const AccountHandle handle(&account);
    AccountRecord record;
    record.credentials = std::move(credentials);
    LOAM_CO_TRY_STATUS(co_await write_account(account.impl(), std::move(record)));
    const auto inbox = co_await account.create_mailbox("INBOX", "");
    if (!inbox) co_return inbox.error();
    co_return Status::good();
}

Task<Result<AccountId>> Store::Impl::add_user(CredentialRow credentials) {
    LOAM_CO_TRY_STATUS(check_user_name(credentials.name));
    Account::Impl& names = store_account();
    const AccountLock::Pass pass = co_await names.lock.alone();
    const std::string name = credentials.name;
    auto query = [&name](const IndexView& view) { return view.user(name); };
    LOAM_CO_TRY(const auto taken, co_await keeper->read(names.thread.loop, query));
    if (taken) co_return fail(Errc::exists, "user " + name + " exists already");

    const AccountId id{names.staged_cell.next_account};
    auto make = make_account(id, std::move(credentials));
    LOAM_CO_TRY_STATUS(co_await io::run_on(names.thread.loop, shard(id).loop(), std::move(make)));
    names.staged_cell.next_account = id.value + 1;
    AccountRecord record;
    record.user = name;
    record.account = id;
    LOAM_CO_TRY_STATUS(co_await write_account(names, std::move(record)));
    co_return id;
}

Task<Status> Store::Impl::change_credentials(AccountId id, ChangeCredentials change) {
    auto found = shard(id).accounts.find(id);
    LOAM_CHECK(found != shard(id).accounts.end());
    Account::Impl& account = found->second->impl();
    const AccountLock::Pass pass = co_await account.lock.alone();
    if (account.deleted) co_return fail(Errc::not_found, "the account is deleted");
    auto query = [id](const IndexView& view) { return view.credentials(id); };
    LOAM_CO_TRY(auto credentials, co_await keeper->read(account.thread.loop, query));
    if (!credentials) co_return fail(Errc::not_found, "the account has no user");
    change(*credentials);
    AccountRecord record;
    record.credentials = std::move(credentials);
    co_return co_await write_account(account, std::move(record));
}

Task<Status> Store::Impl::drop_name(std::string name) {
    Account::Impl& names = store_account();
    const AccountLock::Pass pass = co_await names.lock.alone();
    AccountRecord record;
    record.user = std::move(name);
    co_return co_await write_account(names, std::move(record));
}

Task<Status> Store::Impl::drop_account(AccountId id) {
    auto found = shard(id).accounts.find(id);
    LOAM_CHECK(found != shard(id).accounts.end());
    Account& whole = *found->second;
    Account::Impl& account = whole.impl();
    const AccountLock::Pass pass = co_await account.lock.alone();
    if (account.deleted) co_return fail(Errc::not_found, "the account is deleted");
    account.deleted = true;
    // Its messages go one mailbox after another, so that what they leave is owed to the eraser. A
    // start after a crash goes on with that, since nothing names the account any more.
    LOAM_CO_TRY_STATUS(co_await drop_mailboxes(whole));
    LOAM_CO_TRY_STATUS(co_await write_account(account, AccountRecord{}));
    account.thread.indexer.deleted(account);
    co_return Status::good();
}

Task<Result<UserInfo>> Store::find_user(io::Loop& here, std::string name) {
    auto query = [&name](const IndexView& view) -> Result<std::optional<UserInfo>> {
        LOAM_TRY(const auto id, view.user(name));
        if (!id) return std::optional<UserInfo>{};
        LOAM_TRY(auto credentials, view.credentials(*id));
        if (!credentials) return std::optional<UserInfo>{};
        return std::optional(UserInfo{*id, std::move(*credentials)});
    };
    LOAM_CO_TRY(auto user, co_await impl_->keeper->read(here, query));
    if (!user) co_return fail(Errc::not_found, "no user " + name);
    co_return std::move(*user);
}

Task<Result<std::vector<UserInfo>>> Store::list_users(io::Loop& here) {
    auto query = [](const IndexView& view) -> Result<std::vector<UserInfo>> {
        LOAM_TRY(const auto users, view.users());
        std::vector<UserInfo> infos;
        for (const auto& [name, id] : users) {
            LOAM_TRY(auto credentials, view.credentials(id));
            infos.push_back({id, credentials ? std::move(*credentials) : CredentialRow{name, ""}});
        }
        return infos;
    };
    co_return co_await impl_->keeper->read(here, query);
}

Task<Result<AccountId>> Store::add_user(io::Loop& here, CredentialRow credentials) {
    auto task = impl_->add_user(std::move(credentials));
    co_return co_await io::run_on(here, owner(kStoreAccount), std::move(task));
}

Task<Status> Store::change_credentials(io::Loop& here, std::string name,
                                       std::function<void(CredentialRow&)> change) {
    LOAM_CO_TRY(const UserInfo user, co_await find_user(here, std::move(name)));
    struct OnOwner {
        static Task<Status> run(Store* store, AccountId id, Impl::ChangeCredentials change) {
            LOAM_CO_TRY(const AccountHandle handle, co_await store->account(id));
            co_return co_await store->impl_->change_credentials(id, std::move(change));
        }
    };
    auto work = OnOwner::run(this, user.account, std::move(change));
    co_return co_await io::run_on(here, owner(user.account), std::move(work));
}

Task<Status> Store::set_secret(io::Loop& here, std::string name, std::string secret) {
    auto change = [&secret](CredentialRow& row) { row.secret = std::move(secret); };
    co_return co_await change_credentials(here, std::move(name), std::move(change));
}

Task<Status> Store::set_administrator(io::Loop& here, std::string name, bool administrator) {
    auto change = [administrator](CredentialRow& row) { row.administrator = administrator; };
    co_return co_await change_credentials(here, std::move(name), std::move(change));
}

Task<Result<AccountCell>> Store::usage(io::Loop& here, std::string name) {
    LOAM_CO_TRY(const UserInfo user, co_await find_user(here, std::move(name)));
    struct OnOwner {
        static Task<Result<AccountCell>> run(Store* store, AccountId id) {
            LOAM_CO_TRY(const AccountHandle account, co_await store->account(id));
            co_return account->cell();
        }
    };
    auto work = OnOwner::run(this, user.account);
    co_return co_await io::run_on(here, owner(user.account), std::move(work));
}

Task<Result<AccountCell>> Store::set_limits(io::Loop& here, std::string name, LimitsChange change) {
    LOAM_CO_TRY(const UserInfo user, co_await find_user(here, std::move(name)));
    struct OnOwner {
        static Task<Result<AccountCell>> run(Store* store, AccountId id, LimitsChange change) {
            LOAM_CO_TRY(const AccountHandle account, co_await store->account(id));
            LOAM_CO_TRY_STATUS(co_await account->set_limits(change));
            co_return account->cell();
        }
    };
    auto work = OnOwner::run(this, user.account, change);
    co_return co_await io::run_on(here, owner(user.account), std::move(work));
}

Task<Status> Store::delete_user(io::Loop& here, std::string name) {
    LOAM_CO_TRY(const UserInfo user, co_await find_user(here, name));
    auto forget = impl_->drop_name(std::move(name));
    LOAM_CO_TRY_STATUS(co_await io::run_on(here, owner(kStoreAccount), std::move(forget)));
    auto drop = impl_->load_and_drop(user.account);
    co_return co_await io::run_on(here, owner(user.account), std::move(drop));
}

}  // namespace loam
