#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "bench/load/address.h"
#include "engine/base/result.h"

namespace loam::load {

enum class Scenario { append, lmtp, fetch_metadata, fetch_bodies, store_flags, search, idle };

struct Options {
    Scenario scenario = Scenario::append;
    std::string scenario_name;
    Address imap;  ///< empty when not given
    Address lmtp;
    std::string user =
        "demo";  ///< a `%` becomes the connection's number modulo `users`, counted from 1
    std::string password;
    std::string mailbox = "INBOX";
    std::size_t users = 1;
    std::size_t connections = 1;
    std::size_t operations = 1;
    std::size_t pipeline = 1;  ///< commands in flight on one connection
    std::size_t range = 100;   ///< messages one command names
    std::string messages;      ///< a folder of messages to send
    std::vector<std::string> recipients;
    std::string items;  ///< FETCH items, in parentheses
    std::string keys;   ///< SEARCH keys
    std::string flags = "\\Flagged";
    bool silent = false;            ///< STORE with .SILENT
    std::string source = "append";  ///< how `idle` sends: append or lmtp
    std::size_t quiet_seconds_max = 120;
    double settle_seconds = 0;  ///< watched after the last answer, for work the server put off
    std::vector<pid_t> pids;
    std::vector<std::string> process_names;
    std::string json;  ///< file for the result; `-` or empty is standard output

    /// The account that connection `index` uses.
    std::string user_of(std::size_t index) const;
};

/// What the command line asks for. `ended` is set when the program has nothing more to do (help, or
/// a mistake that was told to the user).
struct Parsed {
    Options options;
    std::optional<int> ended;
};
Parsed parse_options(int argc, const char* const* argv);

}  // namespace loam::load
