// fetch-metadata and fetch-bodies.
#include "bench/load/fetch_items.h"
#include "bench/load/scenario.h"

namespace loam::load {

namespace {

Error missing(std::size_t got, std::size_t wanted) {
    return fail(Errc::corrupt, "FETCH answered for " + std::to_string(got) + " messages of " +
                                   std::to_string(wanted));
}

/// The names that `(UID FLAGS BODY.PEEK[])` asks for, as they come back. Sections with spaces in
/// them are cut.
std::vector<std::string> names_in(std::string_view items) {
    std::vector<std::string> names;
    if (items.starts_with('(') && items.ends_with(')')) items = items.substr(1, items.size() - 2);
    while (!items.empty()) {
        const std::size_t space = items.find(' ');
        std::string name(items.substr(0, space));
        if (const auto peek = name.find(".PEEK["); peek != std::string::npos) name.erase(peek, 5);
        names.push_back(std::move(name));
        items.remove_prefix(space == std::string_view::npos ? items.size() : space + 1);
    }
    return names;
}

/// SELECT, then one FETCH of the items of all messages. The operation is the FETCH; SELECT is told
/// apart.
class FetchMetadata final : public ImapWorker {
  public:
    FetchMetadata(Run& run, std::size_t index)
        : ImapWorker(run, index, false), wanted_(names_in(run.options().items)) {}

  private:
    void issue(std::size_t) override {
        select([this](double elapsed_ms) {
            run().record_part("select", elapsed_ms);
            fetch();
            return Status::good();
        });
    }

    void fetch() {
        seen_ = 0;
        client().command(
            "UID FETCH 1:* " + run().options().items,
            [this](double elapsed_ms) -> Status {
                if (seen_ != exists()) return missing(seen_, exists());
                return completed(elapsed_ms, seen_);
            },
            [this](const Response& response) { return check(response); });
    }

    Status check(const Response& response) {
        LOAM_TRY(const auto data, parse_fetch(response));
        if (!data) return Status::good();
        for (const std::string& name : wanted_)
            if (!data->find(name)) return fail(Errc::corrupt, "FETCH answer without " + name);
        ++seen_;
        return Status::good();
    }

    std::vector<std::string> wanted_;
    std::size_t seen_ = 0;
};

/// Fetches whole messages, one range a command.
class FetchBodies final : public ImapWorker {
  public:
    FetchBodies(Run& run, std::size_t index) : ImapWorker(run, index, true) {}

  private:
    void issue(std::size_t number) override {
        const std::size_t range = run().options().range;
        const std::size_t ranges = std::max<std::size_t>((exists() + range - 1) / range, 1);
        const std::size_t first = number % ranges * range + 1;
        const std::size_t last = std::min<std::size_t>(first + range - 1, exists());
        client().command(
            "FETCH " + std::to_string(first) + ":" + std::to_string(last) + " (UID BODY.PEEK[])",
            [this, asked = last - first + 1](double elapsed_ms) -> Status {
                wanted_ += asked;
                if (seen_ < wanted_) return missing(seen_, wanted_);
                return completed(elapsed_ms, asked);
            },
            [this](const Response& response) { return check(response); });
    }

    Status check(const Response& response) {
        LOAM_TRY(const auto data, parse_fetch(response));
        if (!data) return Status::good();
        if (!data->find("BODY[]") || !data->find("UID"))
            return fail(Errc::corrupt, "FETCH answer without BODY[]");
        ++seen_;
        return Status::good();
    }

    // Sums over all commands: a server may answer several at once, in any order.
    std::size_t seen_ = 0;
    std::size_t wanted_ = 0;
};

}  // namespace

std::vector<std::unique_ptr<Worker>> make_fetch_metadata(Run& run) {
    return make_each<FetchMetadata>(run);
}
std::vector<std::unique_ptr<Worker>> make_fetch_bodies(Run& run) {
    return make_each<FetchBodies>(run);
}

}  // namespace loam::load
