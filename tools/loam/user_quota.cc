// loam user quota: what a user may hold, and holds.
#include "tools/loam/user_quota.h"

#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>

#include "tools/loam/command.h"

namespace loam::tool {

namespace {

/// The octets that a suffix stands for; 0: no such suffix.
std::uint64_t unit_of(std::string_view suffix) {
    if (suffix.empty()) return 1;
    if (suffix == "K") return 1ULL << 10;
    if (suffix == "M") return 1ULL << 20;
    if (suffix == "G") return 1ULL << 30;
    if (suffix == "T") return 1ULL << 40;
    return 0;
}

void print(const char* what, std::uint64_t used, std::uint64_t limit) {
    const auto shown = static_cast<unsigned long long>(used);
    if (limit == 0) {
        std::printf("%-10s %llu, no limit\n", what, shown);
        return;
    }
    const auto allowed = static_cast<unsigned long long>(allowed_of(limit));
    std::printf("%-10s %llu of %llu\n", what, shown, allowed);
}

void print(const AccountCell& cell) {
    print("octets", cell.used_octets, cell.limit_octets);
    print("messages", cell.messages, cell.limit_messages);
    print("mailboxes", cell.mailboxes, cell.limit_mailboxes);
}

struct QuotaOptions {
    std::string name;
    std::string storage;
    std::string messages;
    std::string mailboxes;
};

Result<std::optional<std::uint64_t>> limit_in(const std::string& text, bool octets) {
    if (text.empty()) return std::optional<std::uint64_t>{};
    LOAM_TRY(const std::uint64_t limit, parse_limit(text, octets));
    return std::optional{limit};
}

Result<int> quota(Runtime& runtime, Store& store, const QuotaOptions& options) {
    LimitsChange change;
    LOAM_TRY(change.octets, limit_in(options.storage, true));
    LOAM_TRY(change.messages, limit_in(options.messages, false));
    LOAM_TRY(change.mailboxes, limit_in(options.mailboxes, false));
    const bool changes = change.octets || change.messages || change.mailboxes;
    auto task = changes ? store.set_limits(runtime.loop(), options.name, change)
                        : store.usage(runtime.loop(), options.name);
    LOAM_TRY(const AccountCell cell, runtime.run(std::move(task)));
    print(cell);
    return kExitFine;
}

}  // namespace

Result<std::uint64_t> parse_limit(std::string_view text, bool octets) {
    if (text == "none") return std::uint64_t{0};
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
    const std::uint64_t unit = octets ? unit_of(suffix) : (suffix.empty() ? 1 : 0);
    std::optional<std::uint64_t> limit;
    if (error == std::errc{} && unit != 0) limit = limit_of(value, unit);
    if (!limit) {
        return fail(Errc::invalid, "a limit is a number" +
                                       std::string(octets ? ", perhaps with K, M, G or T," : "") +
                                       " or \"none\", not \"" + std::string(text) + "\"");
    }
    return *limit;
}

void add_user_quota_command(CLI::App& user, const Options& options, int& status) {
    CLI::App* sub = user.add_subcommand("quota", "show a user's limits, or change those given");
    auto given = std::make_shared<QuotaOptions>();  // shared: the options fill it, the callback
                                                    // reads it later
    sub->add_option("NAME", given->name, "the user's name")->required();
    sub->add_option("--storage", given->storage, "octets (K, M, G, T: powers of 1024) or none");
    sub->add_option("--messages", given->messages, "a number or none");
    sub->add_option("--mailboxes", given->mailboxes, "a number or none; INBOX counts");
    sub->callback([given, &options, &status] {
        status = with_store(options, false, [&](Runtime& runtime, Store& store) {
            return quota(runtime, store, *given);
        });
    });
}

}  // namespace loam::tool
