// loam user quota: what a user may hold, and holds.
#include "tools/loam/user_quota.h"

#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>

#include "tools/loam/ask.h"

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

void print(const admin::Row& row, const char* what) {
    const unsigned long long used = row.value(what, 0ULL);
    const auto limit = row.find(std::string("limit_") + what);
    if (limit == row.end() || !limit->is_number_unsigned()) {
        std::printf("%-10s %llu, no limit\n", what, used);
    } else {
        std::printf("%-10s %llu of %llu\n", what, used, limit->get<unsigned long long>());
    }
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

Result<LimitsChange> change_in(const QuotaOptions& options) {
    LimitsChange change;
    LOAM_TRY(change.octets, limit_in(options.storage, true));
    LOAM_TRY(change.messages, limit_in(options.messages, false));
    LOAM_TRY(change.mailboxes, limit_in(options.mailboxes, false));
    return change;
}

int quota(const Options& options, const QuotaOptions& given) {
    const auto change = change_in(given);
    if (!change) {
        complain(change.error());
        return kExitFailed;
    }
    const auto take = [](const admin::Row& row) {
        for (const char* what : {"octets", "messages", "mailboxes"})
            print(row, what);
    };
    return ask_store(
        options, false,
        {.verb = admin::Verb::user_quota, .name = given.name, .secret = {}, .limits = *change},
        take);
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
    sub->callback([given, &options, &status] { status = quota(options, *given); });
}

}  // namespace loam::tool
