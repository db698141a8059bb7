// What all IMAP scenarios share, and the two that change or look through a mailbox: store-flags,
// search.
#include "bench/load/fetch_items.h"
#include "bench/load/scenario.h"
#include "engine/base/check.h"

namespace loam::load {

Status ImapWorker::start() {
    LOAM_TRY(client_, ImapClient::connect(run_.loop(), run_.options().imap,
                                          "connection " + std::to_string(index_ + 1)));
    const Options& options = run_.options();
    client_->command("LOGIN " + quoted(options.user_of(index_)) + " " + quoted(options.password),
                     [this](double) { return logged_in(); });
    return client_->flush();
}

Status ImapWorker::logged_in() {
    if (!selects_) return run_.ready();
    select([this](double) { return run_.ready(); });
    return Status::good();
}

void ImapWorker::select(ImapClient::OnDone done) {
    client_->command("SELECT " + quoted(run_.options().mailbox), std::move(done),
                     [this](const Response& response) {
                         if (const auto number = number_before(response, "EXISTS"))
                             exists_ = *number;
                         return Status::good();
                     });
}

Status ImapWorker::go() {
    for (std::size_t i = 0; i < run_.options().pipeline; ++i) {
        ++in_flight_;
        LOAM_TRY_STATUS(issue_next());
    }
    return client_->flush();
}

/// Turns one slot of the pipeline into a command, or gives it up when there is nothing left to do.
Status ImapWorker::issue_next() {
    if (const auto number = run_.next_operation()) {
        issue(*number);
    } else if (--in_flight_ == 0) {
        run_.worker_done();
    }
    return Status::good();
}

Status ImapWorker::completed(double elapsed_ms, std::size_t items) {
    run_.record(elapsed_ms, items);
    return issue_next();
}

Traffic ImapWorker::traffic() const {
    return {.sent_bytes = client_->stream().sent_bytes(),
            .received_bytes = client_->stream().received_bytes()};
}

namespace {

/// Sets the flags on one range after the other, then clears them again.
class StoreFlags final : public ImapWorker {
  public:
    StoreFlags(Run& run, std::size_t index) : ImapWorker(run, index, true) {}

  private:
    void issue(std::size_t number) override {
        const std::size_t range = std::min<std::size_t>(run().options().range, exists());
        const std::size_t ranges = range == 0 ? 1 : exists() / range;
        const std::size_t first = number % ranges * range + 1;
        const char* const sign = number / ranges % 2 == 0 ? "+" : "-";
        const std::string set = std::to_string(first) + ":" + std::to_string(first + range - 1);
        const Options& options = run().options();
        client().command("STORE " + set + " " + sign + "FLAGS" + (options.silent ? ".SILENT" : "") +
                             " (" + options.flags + ")",
                         [this, range](double elapsed_ms) { return completed(elapsed_ms, range); });
    }
};

/// Asks the same question again and again. Items are the messages of the mailbox, found or not.
class Search final : public ImapWorker {
  public:
    Search(Run& run, std::size_t index) : ImapWorker(run, index, true) {}

  private:
    void issue(std::size_t) override {
        client().command(
            "UID SEARCH " + run().options().keys,
            [this](double elapsed_ms) { return completed(elapsed_ms, exists()); },
            [this](const Response& response) {
                if (const auto found = count_found(response)) run().record_found(*found);
                return Status::good();
            });
    }
};

}  // namespace

std::vector<std::unique_ptr<Worker>> make_store_flags(Run& run) {
    return make_each<StoreFlags>(run);
}
std::vector<std::unique_ptr<Worker>> make_search(Run& run) {
    return make_each<Search>(run);
}

std::vector<std::unique_ptr<Worker>> make_workers(Run& run) {
    switch (run.options().scenario) {
        case Scenario::append:
            return make_append(run);
        case Scenario::lmtp:
            return make_lmtp(run);
        case Scenario::fetch_metadata:
            return make_fetch_metadata(run);
        case Scenario::fetch_bodies:
            return make_fetch_bodies(run);
        case Scenario::store_flags:
            return make_store_flags(run);
        case Scenario::search:
            return make_search(run);
        case Scenario::idle:
            return make_idle(run);
    }
    LOAM_CHECK(false);
}

}  // namespace loam::load
