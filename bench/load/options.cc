#include "bench/load/options.h"

#include <fstream>
#include <map>

#include <CLI/CLI.hpp>

namespace loam::load {

namespace {

const std::map<std::string, Scenario>& scenario_names() {
    static const std::map<std::string, Scenario> names = {
        {"append", Scenario::append},
        {"lmtp", Scenario::lmtp},
        {"fetch-metadata", Scenario::fetch_metadata},
        {"fetch-bodies", Scenario::fetch_bodies},
        {"store-flags", Scenario::store_flags},
        {"search", Scenario::search},
        {"idle", Scenario::idle},
    };
    return names;
}

/// Short names for what mail programs ask for when they open a mailbox.
std::string items_of(const std::string& variant) {
    if (variant == "envelope") return "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)";
    if (variant == "flags") return "(UID FLAGS)";
    if (variant == "structure") return "(UID BODYSTRUCTURE)";
    if (variant == "headers") return "(UID FLAGS BODY.PEEK[HEADER])";
    return variant;
}

/// What came in as text and is not an option yet.
struct Raw {
    std::string imap;
    std::string lmtp;
    std::string password_file;
    std::string variant = "envelope";
};

void declare(CLI::App& app, Options& options, Raw& raw) {
    app.add_option("scenario", options.scenario_name,
                   "append, lmtp, fetch-metadata, fetch-bodies, store-flags, "
                   "search or idle")
        ->required();
    app.add_option("--imap", raw.imap, "HOST:PORT of the IMAP server");
    app.add_option("--lmtp", raw.lmtp, "HOST:PORT of the LMTP server");
    app.add_option("--user", options.user, "account; % becomes 1, 2, ... up to --users")
        ->capture_default_str();
    app.add_option("--users", options.users, "accounts that % spreads the connections over")
        ->check(CLI::PositiveNumber);
    app.add_option("--password-file", raw.password_file, "file whose first line is the password");
    app.add_option("--mailbox", options.mailbox, "mailbox to work on")->capture_default_str();
    app.add_option("--connections", options.connections, "clients at once")
        ->check(CLI::PositiveNumber);
    app.add_option("--operations", options.operations, "commands or deliveries in all")
        ->check(CLI::PositiveNumber);
    app.add_option("--pipeline", options.pipeline, "commands in flight on a connection")
        ->check(CLI::PositiveNumber);
    app.add_option("--range", options.range, "messages one command names")
        ->check(CLI::PositiveNumber);
    app.add_option("--messages", options.messages, "folder of messages to send");
    app.add_option("--recipient", options.recipients,
                   "LMTP recipient, may be repeated (default: the user)")
        ->allow_extra_args(false);
    app.add_option("--items", raw.variant,
                   "envelope, flags, structure, headers, or FETCH items in parentheses")
        ->capture_default_str();
    app.add_option("--keys", options.keys, "SEARCH keys, such as 'TEXT hello'");
    app.add_option("--flags", options.flags, "flags that store-flags sets and clears")
        ->capture_default_str();
    app.add_flag("--silent", options.silent, "STORE with .SILENT");
    app.add_option("--source", options.source, "how idle sends: append or lmtp")
        ->check(CLI::IsMember({"append", "lmtp"}));
    app.add_option("--quiet-seconds", options.quiet_seconds_max,
                   "give up after so long without an answer")
        ->check(CLI::PositiveNumber);
    app.add_option("--settle-seconds", options.settle_seconds,
                   "watch the server so long after the last answer")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--pid", options.pids, "server process to watch, with its descendants")
        ->allow_extra_args(false);
    app.add_option("--process-name", options.process_names, "watch all processes of these names")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--json", options.json, "file for the result (default: standard output)");
}

/// Fills in what needs more than a word; the answer is what is wrong, or nothing.
Status complete(Options& options, const Raw& raw) {
    const auto scenario = scenario_names().find(options.scenario_name);
    if (scenario == scenario_names().end())
        return fail(Errc::invalid, "no scenario named '" + options.scenario_name + "'");
    options.scenario = scenario->second;
    options.items = items_of(raw.variant);
    const bool by_lmtp = options.scenario == Scenario::lmtp ||
                         (options.scenario == Scenario::idle && options.source == "lmtp");
    const bool by_imap = options.scenario != Scenario::lmtp;
    const bool sends =
        by_lmtp || options.scenario == Scenario::append || options.scenario == Scenario::idle;
    if (by_imap && raw.imap.empty()) return fail(Errc::invalid, "this scenario needs --imap");
    if (by_imap && raw.password_file.empty())
        return fail(Errc::invalid, "this scenario needs --password-file");
    if (by_lmtp && raw.lmtp.empty()) return fail(Errc::invalid, "this scenario needs --lmtp");
    if (sends && options.messages.empty())
        return fail(Errc::invalid, "this scenario needs --messages");
    if (options.scenario == Scenario::search && options.keys.empty())
        return fail(Errc::invalid, "this scenario needs --keys");
    if (!raw.imap.empty()) {
        LOAM_TRY(options.imap, parse_address(raw.imap));
    }
    if (!raw.lmtp.empty()) {
        LOAM_TRY(options.lmtp, parse_address(raw.lmtp));
    }
    if (raw.password_file.empty()) return Status::good();
    std::ifstream in(raw.password_file);
    if (!std::getline(in, options.password))
        return fail(Errc::io, raw.password_file + ": no password in it");
    return Status::good();
}

}  // namespace

std::string Options::user_of(std::size_t index) const {
    std::string name = user;
    if (const auto at = name.find('%'); at != std::string::npos)
        name.replace(at, 1, std::to_string(index % users + 1));
    return name;
}

Parsed parse_options(int argc, const char* const* argv) {
    Parsed parsed;
    Raw raw;
    CLI::App app("Puts a load on an IMAP or LMTP server and measures what it takes.", "loam-load");
    declare(app, parsed.options, raw);
    try {  // CLI11 throws
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        parsed.ended = app.exit(error) == 0 ? 0 : 2;
        return parsed;
    }
    if (auto done = complete(parsed.options, raw); !done) {
        std::cerr << "loam-load: " << done.error().what << '\n';
        parsed.ended = 2;
    }
    return parsed;
}

}  // namespace loam::load
