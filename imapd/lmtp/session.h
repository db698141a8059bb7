#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/delivery.h"
#include "engine/api/store.h"
#include "engine/io/loop.h"
#include "engine/io/net.h"
#include "engine/io/task.h"
#include "imapd/lmtp/command.h"
#include "imapd/tls/source.h"
#include "imapd/wire/input_buffer.h"

namespace loam::lmtp {

/// What the operator decides about deliveries.
struct LmtpConfig {
    std::string host = "localhost";      ///< our name in the greeting and in Received
    std::vector<std::string> domains;    ///< mail for others is refused; empty: any domain will do
    std::size_t recipients_max = 100;    ///< of one message
    std::size_t faults_max = 20;         ///< refused commands in a row before we hang up
    std::chrono::seconds idle{300};      ///< RFC 5321 section 4.5.3.2.7
    std::chrono::seconds handshake{30};  ///< for all of TLS's
};

/// Answers to recipients behind the text of a message, since the start. Thread: read on any.
struct LmtpCounters {
    std::atomic<std::uint64_t> delivered = 0;
    std::atomic<std::uint64_t> refused = 0;  ///< for any other reason
    std::atomic<std::uint64_t> over_quota = 0;
};

/// One LMTP client: RFC 2033 sections 4.1, 4.2 and 5, with PIPELINING, ENHANCEDSTATUSCODES,
/// 8BITMIME, SMTPUTF8, SIZE and, with certificates, STARTTLS (RFC 3207). Thread: `loop`'s.
/// Lifetime: borrows what it is given by reference, and `tls` (null: none).
class LmtpSession {
  public:
    LmtpSession(std::unique_ptr<io::Stream> stream, io::Loop& loop, Store& store,
                const LmtpConfig& config, LmtpCounters& counters, tls::TlsSource* tls);
    LmtpSession(const LmtpSession&) = delete;
    LmtpSession& operator=(const LmtpSession&) = delete;
    ~LmtpSession();

    /// Serves the client until it goes, is too slow, or stop() was called. No delivery is left half
    /// done.
    Task<void> run();
    /// Ends the session: at once between messages; a message whose text is whole is still answered.
    void stop();

  private:
    struct Recipient {
        AccountId account;
        std::string address;
    };
    Task<Status> serve();
    Task<Result<std::string>> read_line();
    Task<Status> receive();
    Task<Status> flush();
    Task<Status> command(std::string_view line);
    void reply(std::string_view text);
    void refuse(std::string_view text);
    void lhlo(std::string_view arguments);
    void mail(std::string_view arguments);
    Task<Status> rcpt(std::string_view arguments);
    Task<Result<UserInfo>> find_recipient(const Path& path);
    bool domain_is_ours(std::string_view domain) const;
    Task<Status> data();
    void note(const Status& delivered);
    Task<Status> take_message(Delivery* delivery);
    std::string trace_for(const Recipient& to) const;
    void reset();
    Task<Status> starttls(std::string_view arguments);
    bool offers_tls() const { return tls_ != nullptr && !secure_; }
    void arm_timer(std::chrono::seconds wait);
    void expire();

    std::unique_ptr<io::Stream> stream_;
    io::Loop& loop_;
    Store& store_;
    const LmtpConfig& config_;
    LmtpCounters& counters_;
    tls::TlsSource* const tls_;
    bool secure_ = false;
    imap::InputBuffer input_;
    std::string out_;
    std::string client_;  // what LHLO said; empty: nothing yet
    std::optional<MailArguments> mail_;
    std::vector<Recipient> recipients_;
    std::size_t faults_ = 0;
    bool quit_ = false;
    bool stopping_ = false;
    bool in_data_ = false;
    io::Loop::TimerId timer_ = 0;
};

}  // namespace loam::lmtp
