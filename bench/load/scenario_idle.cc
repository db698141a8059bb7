// idle: one sender, and connections that wait in IDLE (RFC 9051 section 6.3.13) for the message to
// show.
#include "bench/load/fetch_items.h"
#include "bench/load/lmtp_client.h"
#include "bench/load/scenario.h"

namespace loam::load {

namespace {

/// Sends a message, waits until the server took it and every idler heard of it, then sends the
/// next. An operation lasts from the first octet of the command to the last idler's EXISTS.
class Sender final : public Worker {
  public:
    explicit Sender(Run& run) : run_(run) {}
    Status start() override;
    Status go() override;
    Traffic traffic() const override;
    void add_idler() { ++idlers_; }
    /// An idler heard of the message on its way.
    Status heard();

  private:
    bool by_lmtp() const { return run_.options().source == "lmtp"; }
    Status next();
    Status part_done();

    Run& run_;
    std::vector<std::string> recipients_;
    std::unique_ptr<ImapClient> imap_;
    std::unique_ptr<LmtpClient> lmtp_;
    Clock::time_point begun_;
    std::size_t idlers_ = 0;
    std::size_t parts_left_ = 0;  ///< idlers that did not hear yet, and the server's answer
};

/// Waits in IDLE; tells the sender of each EXISTS that grows.
class Idler final : public Worker {
  public:
    Idler(Run& run, Sender& sender) : run_(run), sender_(sender) {}

    Status start() override {
        LOAM_TRY(client_, ImapClient::connect(run_.loop(), run_.options().imap, "idler"));
        const Options& options = run_.options();
        client_->command("LOGIN " + quoted(options.user_of(0)) + " " + quoted(options.password),
                         [](double) { return Status::good(); });
        client_->command(
            "SELECT " + quoted(options.mailbox), [this](double) { return begin_idle(); },
            [this](const Response& response) {
                if (const auto number = number_before(response, "EXISTS")) exists_ = *number;
                return Status::good();
            });
        return client_->flush();
    }

    Status go() override {
        run_.worker_done();  // it has nothing to do of its own
        return Status::good();
    }

    Traffic traffic() const override {
        return {.sent_bytes = client_->stream().sent_bytes(),
                .received_bytes = client_->stream().received_bytes()};
    }

  private:
    Status begin_idle() {
        client_->idle([this](double) { return run_.ready(); },
                      [this](const Response& response) {
                          const auto number = number_before(response, "EXISTS");
                          if (!number || *number <= exists_) return Status::good();
                          if (*number != exists_ + 1)
                              return Status(fail(Errc::corrupt, "idle: EXISTS jumped"));
                          exists_ = *number;
                          return sender_.heard();
                      });
        return Status::good();
    }

    Run& run_;
    Sender& sender_;
    std::unique_ptr<ImapClient> client_;
    std::uint32_t exists_ = 0;
};

Status Sender::start() {
    const Options& options = run_.options();
    recipients_ = options.recipients;
    if (recipients_.empty()) recipients_.push_back(options.user_of(0) + "@example.org");
    if (by_lmtp()) {
        LOAM_TRY(lmtp_, LmtpClient::connect(run_.loop(), options.lmtp, "sender",
                                            [this](double) { return run_.ready(); }));
        return Status::good();
    }
    LOAM_TRY(imap_, ImapClient::connect(run_.loop(), options.imap, "sender"));
    imap_->command("LOGIN " + quoted(options.user_of(0)) + " " + quoted(options.password),
                   [this](double) { return run_.ready(); });
    return imap_->flush();
}

Status Sender::go() {
    return next();
}

Status Sender::next() {
    const auto number = run_.next_operation();
    if (!number) {
        run_.worker_done();
        return Status::good();
    }
    parts_left_ = idlers_ + 1;
    begun_ = Clock::now();
    const std::string& message = run_.messages()[*number % run_.messages().size()];
    const auto acknowledged = [this](double elapsed_ms) {
        run_.record_part("acknowledged", elapsed_ms);
        return part_done();
    };
    if (by_lmtp()) {
        lmtp_->deliver(recipients_, message, acknowledged);
        return lmtp_->flush();
    }
    imap_->append(run_.options().mailbox, message, acknowledged);
    return imap_->flush();
}

Status Sender::heard() {
    run_.record_part("exists", elapsed_ms(begun_));
    return part_done();
}

Status Sender::part_done() {
    if (--parts_left_ > 0) return Status::good();
    run_.record(elapsed_ms(begun_), 1);
    return next();
}

Traffic Sender::traffic() const {
    const Stream& stream = by_lmtp() ? lmtp_->stream() : imap_->stream();
    return {.sent_bytes = stream.sent_bytes(), .received_bytes = stream.received_bytes()};
}

}  // namespace

std::vector<std::unique_ptr<Worker>> make_idle(Run& run) {
    auto sender = std::make_unique<Sender>(run);
    std::vector<std::unique_ptr<Worker>> workers;
    for (std::size_t i = 0; i < run.options().connections; ++i) {
        sender->add_idler();
        workers.push_back(std::make_unique<Idler>(run, *sender));
    }
    workers.push_back(std::move(sender));
    return workers;
}

}  // namespace loam::load
