#include "imapd/lmtp/session.h"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "imapd/lmtp/dot_decoder.h"
#include "imapd/lmtp/reply.h"
#include "imapd/lmtp/trace.h"
#include "imapd/tls/stream.h"
#include "imapd/wire/chars.h"

namespace loam::lmtp {

namespace {

/// Text of a message handed on at once.
constexpr std::size_t kSliceBytes = 64U << 10;

}  // namespace

LmtpSession::LmtpSession(std::unique_ptr<io::Stream> stream, io::Loop& loop, Store& store,
                         const LmtpConfig& config, LmtpCounters& counters, tls::TlsSource* tls)
    : stream_(std::move(stream)),
      loop_(loop),
      store_(store),
      config_(config),
      counters_(counters),
      tls_(tls),
      input_(kLineBytesMax) {}

LmtpSession::~LmtpSession() {
    loop_.cancel(timer_);
}

void LmtpSession::stop() {
    stopping_ = true;
    if (!in_data_) stream_->shutdown();
}

void LmtpSession::arm_timer(std::chrono::seconds wait) {
    loop_.cancel(timer_);
    timer_ = loop_.call_at(loop_.now() + wait, [this] { expire(); });
}

void LmtpSession::expire() {
    timer_ = 0;
    stream_->shutdown();
}

void LmtpSession::reply(std::string_view text) {
    out_.append(text);
    out_.append("\r\n");
}

void LmtpSession::refuse(std::string_view text) {
    ++faults_;
    reply(text);
}

Task<Status> LmtpSession::flush() {
    if (out_.empty()) co_return Status::good();
    arm_timer(config_.idle);
    const std::string sending = std::exchange(out_, {});
    co_return co_await stream_->send(as_bytes(sending));
}

Task<Status> LmtpSession::receive() {
    arm_timer(config_.idle);
    LOAM_CO_TRY(const io::Received received, co_await stream_->receive());
    if (received.empty()) co_return fail(Errc::closed, "the client went away");
    input_.append(received.bytes());
    co_return Status::good();
}

Task<Result<std::string>> LmtpSession::read_line() {
    for (;;) {
        if (auto line = input_.take_line()) co_return std::move(*line);
        // Answers to a pipelined batch go out together: RFC 2920 section 3.2.
        LOAM_CO_TRY_STATUS(co_await flush());
        LOAM_CO_TRY_STATUS(co_await receive());
    }
}

Task<void> LmtpSession::run() {
    const Status end = co_await serve();
    if (!end && end.error().code != Errc::closed)
        spdlog::info("lmtp {}: {}", stream_->peer(), end.error().what);
    loop_.cancel(std::exchange(timer_, 0));
    stream_->shutdown();
}

Task<Status> LmtpSession::serve() {
    reply("220 " + config_.host + " LMTP Loam");
    while (!quit_ && !stopping_) {
        if (faults_ > config_.faults_max) {
            reply("421 4.7.0 too many errors");
            break;
        }
        auto line = co_await read_line();
        if (!line && line.error().code == Errc::limit) {
            refuse("500 5.5.2 line too long");
            continue;
        }
        if (!line) co_return line.error();
        LOAM_CO_TRY_STATUS(co_await command(*line));
    }
    if (stopping_ && !quit_) reply("421 4.3.2 shutting down");
    co_return co_await flush();
}

Task<Status> LmtpSession::command(std::string_view line) {
    std::string_view arguments;
    const std::size_t faults = faults_;
    Status status;
    switch (parse_verb(line, arguments)) {
        case Verb::lhlo:
            lhlo(arguments);
            break;
        case Verb::mail:
            mail(arguments);
            break;
        case Verb::rcpt:
            status = co_await rcpt(arguments);
            break;
        case Verb::data:
            status = co_await data();
            break;
        case Verb::rset:
            reset();
            reply("250 2.0.0 ok");
            break;
        case Verb::noop:
            reply("250 2.0.0 ok");
            break;
        case Verb::vrfy:
            reply("252 2.5.0 send some mail, and see");
            break;
        case Verb::help:
            reply(std::string("214 2.0.0 LHLO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT") +
                  (offers_tls() ? " STARTTLS" : ""));
            break;
        case Verb::starttls:
            status = co_await starttls(arguments);
            break;
        case Verb::quit:
            reply("221 2.0.0 bye");
            quit_ = true;
            break;
        // HELO and EHLO are among them: RFC 2033 section 4.1.
        case Verb::unknown:
            refuse("500 5.5.1 unknown command");
            break;
    }
    if (faults_ == faults) faults_ = 0;
    co_return status;
}

void LmtpSession::lhlo(std::string_view arguments) {
    if (arguments.empty() || arguments.find_first_of("\r\n\t \x7F") != std::string_view::npos) {
        refuse("501 5.5.4 LHLO wants the name of the client");
        return;
    }
    reset();
    client_ = arguments;
    reply("250-" + config_.host);
    reply("250-PIPELINING");
    reply("250-ENHANCEDSTATUSCODES");
    reply("250-8BITMIME");
    reply("250-SMTPUTF8");
    if (offers_tls()) reply("250-STARTTLS");
    reply("250 SIZE " + std::to_string(store_.options().message_bytes_max));
}

/// RFC 3207 section 4. What the client sent behind the command is where its part of the handshake
/// begins, and nothing that was said in clear counts afterwards.
Task<Status> LmtpSession::starttls(std::string_view arguments) {
    if (!offers_tls() || !arguments.empty()) {
        refuse(!arguments.empty() ? "501 5.5.4 STARTTLS has no parameters"
                                  : "503 5.5.1 STARTTLS is not offered");
        co_return Status::good();
    }
    reply("220 2.0.0 begin TLS now");
    LOAM_CO_TRY_STATUS(co_await flush());
    auto secured = std::make_unique<tls::TlsStream>(std::move(stream_), tls_->current());
    tls::TlsStream& stream = *secured;
    stream_ = std::move(secured);
    arm_timer(config_.handshake);
    const Bytes received = input_.take(input_.size());
    LOAM_CO_TRY_STATUS(co_await stream.handshake(received));
    secure_ = true;
    client_.clear();
    reset();
    co_return Status::good();
}

void LmtpSession::mail(std::string_view arguments) {
    if (client_.empty()) return refuse("503 5.5.1 LHLO first");
    if (mail_) return refuse("503 5.5.1 a transaction is under way");
    auto parsed = parse_mail(arguments);
    if (!parsed) {
        const bool parameter = parsed.error().code == Errc::unsupported;
        return refuse((parameter ? "555 5.5.4 " : "501 5.5.4 ") + parsed.error().what);
    }
    if (!parsed->smtputf8 && !imap::is_ascii(parsed->sender.text)) {
        return refuse("550 5.6.7 an address in UTF-8 wants SMTPUTF8");  // RFC 6531 section 3.5
    }
    if (parsed->size > store_.options().message_bytes_max) {
        return refuse("552 5.3.4 the message is larger than this server takes");
    }
    mail_ = *std::move(parsed);
    reply("250 2.1.0 ok");
}

bool LmtpSession::domain_is_ours(std::string_view domain) const {
    if (config_.domains.empty() || domain.empty()) return true;
    return std::ranges::any_of(config_.domains, [&](const std::string& ours) {
        return imap::ascii_iequals(ours, domain);
    });
}

/// The whole address may be a user; else its local part, at last without what follows a plus sign
/// (RFC 5233).
Task<Result<UserInfo>> LmtpSession::find_recipient(const Path& path) {
    std::vector<std::string> names;
    if (!path.domain.empty()) names.push_back(path.local + "@" + path.domain);
    names.push_back(path.local);
    if (const std::size_t plus = path.local.find('+'); plus != std::string::npos && plus > 0) {
        const std::string base = path.local.substr(0, plus);
        if (!path.domain.empty()) names.push_back(base + "@" + path.domain);
        names.push_back(base);
    }
    for (const std::string& name : names) {
        auto user = co_await store_.find_user(loop_, name);
        if (user || user.error().code != Errc::not_found) co_return user;
    }
    co_return fail(Errc::not_found, "no such user here");
}

Task<Status> LmtpSession::rcpt(std::string_view arguments) {
    if (!mail_) {
        refuse("503 5.5.1 MAIL first");
        co_return Status::good();
    }
    const auto path = parse_rcpt(arguments);
    if (!path) {
        const bool parameter = path.error().code == Errc::unsupported;
        refuse((parameter ? "555 5.5.4 " : "501 5.1.3 ") + path.error().what);
        co_return Status::good();
    }
    if (!mail_->smtputf8 && !imap::is_ascii(path->text)) {
        refuse("553 5.6.7 an address in UTF-8 wants SMTPUTF8");
        co_return Status::good();
    }
    if (recipients_.size() >= config_.recipients_max) {
        refuse("452 4.5.3 too many recipients");
        co_return Status::good();
    }
    if (!domain_is_ours(path->domain)) {
        refuse("550 5.1.2 mail for that domain is not taken here");
        co_return Status::good();
    }
    const auto user = co_await find_recipient(*path);
    if (!user) {
        refuse(delivery_reply(user.error()));
        co_return Status::good();
    }
    recipients_.push_back({user->account, path->text});
    reply("250 2.1.5 ok");
    co_return Status::good();
}

std::string LmtpSession::trace_for(const Recipient& to) const {
    return trace_header({.sender = mail_->sender.text,
                         .recipient = to.address,
                         .client = client_,
                         .peer = stream_->peer(),
                         .host = config_.host,
                         .utf8 = mail_->smtputf8,
                         .secure = secure_,
                         .wall_us = loop_.wall_now()});
}

void LmtpSession::note(const Status& delivered) {
    if (delivered) {
        ++counters_.delivered;
    } else if (delivered.error().code == Errc::over_quota) {
        ++counters_.over_quota;
    } else {
        ++counters_.refused;
    }
}

Task<Status> LmtpSession::data() {
    if (recipients_.empty()) {
        refuse(mail_ ? "503 5.5.1 no recipient was accepted" : "503 5.5.1 MAIL first");
        co_return Status::good();
    }
    Delivery delivery(store_, loop_);
    std::vector<Status> answers;
    for (const Recipient& to : recipients_) {
        answers.push_back(co_await delivery.add(to.account, "INBOX", trace_for(to), mail_->size));
    }
    reply("354 go ahead, end with a dot");
    in_data_ = true;
    const Status taken = co_await take_message(&delivery);
    if (!taken) {
        co_await delivery.abandon();
        in_data_ = false;
        co_return taken.error();
    }
    std::vector<Status> finished = co_await delivery.finish();
    in_data_ = false;
    auto next = finished.begin();
    for (const Status& opened : answers) {
        const Status& answer = opened ? *next++ : opened;
        note(answer);
        reply(answer ? "250 2.0.0 delivered" : delivery_reply(answer.error()));
    }
    reset();
    co_return Status::good();
}

Task<Status> LmtpSession::take_message(Delivery* delivery) {
    DotDecoder decoder;
    ByteVector text;
    for (;;) {
        const Bytes buffered = input_.take(kSliceBytes);
        if (buffered.empty()) {
            LOAM_CO_TRY_STATUS(co_await flush());
            LOAM_CO_TRY_STATUS(co_await receive());
            continue;
        }
        text.clear();
        const std::size_t used = decoder.feed(buffered, text);
        input_.give_back(buffered.size() - used);
        co_await delivery->write(text);
        if (decoder.done()) co_return Status::good();
    }
}

void LmtpSession::reset() {
    mail_.reset();
    recipients_.clear();
}

}  // namespace loam::lmtp
