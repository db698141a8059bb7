// loam dump: segments and keys, decoded for a person.
#include "engine/check/dump.h"

#include <cstdio>

#include "tools/loam/command.h"

namespace loam::tool {

namespace {

void print_line(std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
}

int report(const Status& status) {
    if (status) return kExitFine;
    complain(status.error());
    return kExitFailed;
}

Status dump_segments(Runtime& runtime, const std::string& path,
                     const std::vector<std::uint32_t>& wanted) {
    std::vector<std::uint32_t> segments = wanted;
    if (segments.empty()) {
        LOAM_TRY(segments, runtime.run(check::log_segments(runtime.disk(), path)));
    }
    for (const std::uint32_t segment : segments) {
        LOAM_TRY_STATUS(
            runtime.run(check::dump_log_segment(runtime.disk(), path, segment, print_line)));
    }
    return {};
}

}  // namespace

void add_dump_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* dump = app.add_subcommand("dump", "decode the store's files for a person");
    dump->require_subcommand(1);

    CLI::App* log = dump->add_subcommand("log", "segments of the log: one line of JSON a group");
    auto segments =
        std::make_shared<std::vector<std::uint32_t>>();  // shared: filled now, read later
    log->add_option("SEGMENT", *segments, "numbers of segments; none: all");
    log->callback([segments, &options, &status] {
        auto runtime = Runtime::start();
        status = runtime ? report(dump_segments(**runtime, options.store, *segments))
                         : report(runtime.error());
    });

    CLI::App* keys = dump->add_subcommand("keys", "keys of the index on disk and what they say");
    auto prefix = std::make_shared<std::string>();  // shared: filled now, read later
    keys->add_option("PREFIX", *prefix, "only lines that begin so, such as \"message account=1\"");
    keys->callback([prefix, &options, &status] {
        status = report(check::dump_index(options.store, *prefix, print_line));
    });
}

}  // namespace loam::tool
