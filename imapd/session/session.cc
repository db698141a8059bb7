#include "imapd/session/session.h"

#include <utility>

#include "imapd/auth/peer_address.h"

namespace loam::imap {

Session::Session(Port& port, const SessionServices& services)
    : port_(port), services_(services), mode_(services.config.rev2_only ? Mode::r2 : Mode::r1) {}

bool Session::enable_rev2() {
    if (mode_ == Mode::r2) return false;
    mode_ = Mode::r2;
    return true;
}

bool Session::enable_utf8() {
    if (std::exchange(utf8_enabled_, true)) return false;
    if (mode_ == Mode::r1) mode_ = Mode::u8;
    return true;
}

bool Session::enable_condstore() {
    if (std::exchange(aware_.condstore, true)) return false;
    if (view_) {
        ResponseWriter to = writer();
        view_->write_highest_modseq(to);
    }
    return true;
}

bool Session::enable_qresync() {
    enable_condstore();
    return !std::exchange(aware_.qresync, true);
}

bool Session::enable_uid_only() {
    return !std::exchange(aware_.uid_only, true);
}

Session::State Session::state() const {
    if (logout_) return State::logout;
    if (view_) return State::selected;
    return account_ ? State::authenticated : State::not_authenticated;
}

bool Session::plaintext_allowed() const {
    switch (services_.config.plaintext) {
        case PlaintextPolicy::tls:
            return port_.secure();
        case PlaintextPolicy::loopback:
            return port_.secure() || port_.peer_is_loopback();
        case PlaintextPolicy::never:
            return false;
    }
    LOAM_CHECK(false);
}

AuthChannel Session::auth_channel() const {
    const bool password_allowed = plaintext_allowed();
    return {.allowed = port_.secure() || password_allowed,
            .password_allowed = password_allowed,
            .binding = binding_used_ ? std::string() : port_.channel_binding(),
            .certificate_user = port_.certificate_user(services_.config.certificate_user),
            .tokens = services_.authenticator.takes_tokens(),
            .address = address_of(port_.peer())};
}

Task<Status> Session::enter(UserInfo user) {
    share_ = services_.accounts.take(user.credentials.name, config().sessions_per_account);
    if (!share_) {
        ++services_.traffic.sessions_refused;
        co_return fail(Errc::limit, "too many sessions of this account");
    }
    LOAM_CO_TRY_STATUS(co_await port_.move_to(services_.store.owner(user.account)));
    LOAM_CO_TRY(account_, co_await services_.store.account(user.account));
    administrator_ = user.credentials.administrator;
    user_ = std::move(user.credentials.name);
    port_.set_authenticated(true);
    co_return Status::good();
}

void Session::leave() {
    view_.reset();
    account_ = AccountHandle();
    share_.reset();
    user_.clear();
    administrator_ = false;
    mode_ = services_.config.rev2_only ? Mode::r2 : Mode::r1;
    utf8_enabled_ = false;
    aware_ = {};
    binding_used_ = true;
    port_.set_authenticated(false);
}

Result<SelectedView*> Session::writable_view() {
    LOAM_CHECK(view_ != nullptr);
    if (view_->read_only()) return fail(Errc::read_only, "the mailbox is open for reading only");
    return view_.get();
}

SelectedView& Session::select(std::shared_ptr<Mailbox> mailbox, bool read_only) {
    view_.reset();  // its Watch leaves before the new one comes
    view_ = std::make_unique<SelectedView>(std::move(mailbox), port_.wake(), read_only, aware_);
    return *view_;
}

void Session::announce(bool may_expunge) {
    if (!view_) return;
    ResponseWriter to = writer();
    view_->announce(to, out(), may_expunge);
}

void Session::tell_new_keywords() {
    if (!view_) return;
    ResponseWriter to = writer();
    view_->write_new_flags(to);
}

}  // namespace loam::imap
