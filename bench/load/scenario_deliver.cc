// append and lmtp.
#include "bench/load/lmtp_client.h"
#include "bench/load/scenario.h"

namespace loam::load {

namespace {

class Append final : public ImapWorker {
  public:
    Append(Run& run, std::size_t index) : ImapWorker(run, index, false) {}

  private:
    void issue(std::size_t number) override {
        const auto& messages = run().messages();
        client().append(run().options().mailbox, messages[number % messages.size()],
                        [this](double elapsed_ms) { return completed(elapsed_ms, 1); });
    }
};

/// Delivers message after message; an item is one recipient's copy.
class Deliver final : public Worker {
  public:
    Deliver(Run& run, std::size_t index)
        : run_(run), index_(index), recipients_(run.options().recipients) {
        if (recipients_.empty())
            recipients_.push_back(run.options().user_of(index) + "@example.org");
    }

    Status start() override {
        LOAM_TRY(client_, LmtpClient::connect(run_.loop(), run_.options().lmtp,
                                              "connection " + std::to_string(index_ + 1),
                                              [this](double) { return run_.ready(); }));
        return Status::good();
    }

    Status go() override {
        next();
        return client_->flush();
    }

    Traffic traffic() const override {
        return {.sent_bytes = client_->stream().sent_bytes(),
                .received_bytes = client_->stream().received_bytes()};
    }

  private:
    void next() {
        const auto number = run_.next_operation();
        if (!number) return run_.worker_done();
        client_->deliver(recipients_, run_.messages()[*number % run_.messages().size()],
                         [this](double elapsed_ms) {
                             run_.record(elapsed_ms, recipients_.size());
                             next();
                             return Status::good();
                         });
    }

    Run& run_;
    std::size_t index_;
    std::vector<std::string> recipients_;
    std::unique_ptr<LmtpClient> client_;
};

}  // namespace

std::vector<std::unique_ptr<Worker>> make_append(Run& run) {
    return make_each<Append>(run);
}
std::vector<std::unique_ptr<Worker>> make_lmtp(Run& run) {
    return make_each<Deliver>(run);
}

}  // namespace loam::load
