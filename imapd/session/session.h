#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/api/account.h"
#include "engine/api/store.h"
#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/auth/authenticator.h"
#include "imapd/auth/leaky_counter.h"
#include "imapd/session/port.h"
#include "imapd/session/selected_view.h"
#include "imapd/session/shares.h"
#include "imapd/session/traffic.h"
#include "imapd/wire/encoder.h"
#include "imapd/wire/mode.h"

namespace loam::imap {

/// What the operator decides about sessions.
struct SessionConfig {
    PlaintextPolicy plaintext = PlaintextPolicy::tls;
    CertificateUser certificate_user = CertificateUser::none;
    bool rev2_only = false;     ///< IMAP4rev1 is not offered: sessions begin in r2
    bool literal_plus = false;  ///< LITERAL+ instead of LITERAL-: RFC 7888 section 5
    std::chrono::milliseconds login_delay{1000};  ///< after a failed login, times the failures
    std::uint32_t login_failures_max = 5;
    std::size_t sessions_per_account = 1000;  ///< 0: no limit. Likewise below
    std::uint32_t commands_per_second = 0;    ///< of one session, after as many at once
    std::uint32_t faults_max = 20;  ///< commands answered BAD in a row before the connection ends
    std::string version = "0.1.0";
};

/// What all sessions of the process use. Borrowed; outlives them.
struct SessionServices {
    Store& store;
    Authenticator& authenticator;
    const SessionConfig& config;
    Shares& accounts;
    Traffic& traffic;
};

/// One client's login state: RFC 9051 section 3.
/// Thread:   the port's loop. Lifetime: borrows the port and the services.
class Session {
  public:
    enum class State : std::uint8_t { not_authenticated, authenticated, selected, logout };

    Session(Port& port, const SessionServices& services);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() = default;

    Port& port() const { return port_; }
    std::string& out() { return port_.out(); }
    ResponseWriter writer() { return {port_.out(), mode_}; }
    const SessionConfig& config() const { return services_.config; }
    Store& store() const { return services_.store; }
    Traffic& traffic() const { return services_.traffic; }
    Authenticator& authenticator() const { return services_.authenticator; }

    Mode mode() const { return mode_; }
    const ModeRules& rules() const { return rules_of(mode_); }
    bool utf8_enabled() const { return utf8_enabled_; }
    /// Each returns whether it was not on before: RFC 9051 section 6.3.1.
    bool enable_rev2();
    bool enable_utf8();
    /// RFC 7162 section 3.1: from now on the client hears of modseqs. For the mailbox that is
    /// selected it is told HIGHESTMODSEQ at once.
    bool enable_condstore();
    bool enable_qresync();   ///< and CONDSTORE with it: RFC 7162 section 3.2.3
    bool enable_uid_only();  ///< RFC 9586 section 3.1
    const Awareness& aware() const { return aware_; }

    State state() const;
    void set_logout() { logout_ = true; }

    /// A password may cross this connection: RFC 9051 section 11.7.
    bool plaintext_allowed() const;
    /// What this connection has for AUTHENTICATE at this moment. In clear nobody logs in but where
    /// the policy allows passwords there: the mail would cross the wire as well.
    AuthChannel auth_channel() const;
    /// Goes to the account's loop and opens it. Errors: limit (sessions of this account),
    /// not_found, io, closed.
    Task<Status> enter(UserInfo user);
    /// Forgets everything but TLS: RFC 8437 section 3. The channel binding, which serves for one
    /// login (RFC 9266 section 4.1), counts as used.
    void leave();
    const std::string& user() const { return user_; }
    /// As it was at login.
    bool administrator() const { return administrator_; }
    std::uint32_t login_failures = 0;
    LeakyCounter commands;  ///< of the client, to hold them back
    /// What begins behind the answer of the command that runs.
    enum class Layer : std::uint8_t { none, tls, deflate };
    Layer layer_wanted = Layer::none;

    /// Only in the states authenticated and selected.
    Account& account() { return *account_; }

    /// Null unless a mailbox is selected.
    SelectedView* view() { return view_.get(); }
    /// Errors: read_only (EXAMINE). A mailbox is selected.
    Result<SelectedView*> writable_view();
    SelectedView& select(std::shared_ptr<Mailbox> mailbox, bool read_only);
    void unselect() { view_.reset(); }

    /// Writes what may be said about the selected mailbox now; nothing if there is none.
    void announce(bool may_expunge);
    /// FLAGS before a FETCH that may use a keyword the client has not heard of.
    void tell_new_keywords();

    /// The tag of the command that runs, for ESEARCH.
    std::string tag;
    /// The command that runs was given message numbers although "UID" stood before it, so no
    /// expunge may be told with its answer: RFC 7162 section 3.2.10.2.
    bool numbers_given = false;

  private:
    Port& port_;
    SessionServices services_;
    Mode mode_;
    bool utf8_enabled_ = false;
    Awareness aware_;  // borrowed by view_
    bool logout_ = false;
    bool binding_used_ = false;
    std::string user_;
    std::optional<Shares::Share> share_;  // of the account
    bool administrator_ = false;
    AccountHandle account_;
    std::unique_ptr<SelectedView> view_;  // after account_: it goes first
};

}  // namespace loam::imap
