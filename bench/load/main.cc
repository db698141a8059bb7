// loam-load: a driver for any IMAP or LMTP server. See --help.
#include <fstream>
#include <iostream>

#include <nlohmann/json.hpp>

#include "bench/load/options.h"
#include "bench/load/run.h"
#include "bench/load/scenario.h"

namespace {

using loam::load::Options;

loam::Status measure(const Options& options) {
    loam::load::Run run(options);
    LOAM_TRY_STATUS(run.load());
    LOAM_TRY(const nlohmann::json report, run.execute(loam::load::make_workers(run)));
    const std::string text = report.dump(2) + "\n";
    if (options.json.empty() || options.json == "-") {
        std::cout << text;
        return loam::Status::good();
    }
    std::ofstream out(options.json);
    out << text;
    out.close();
    if (!out) return loam::fail(loam::Errc::io, options.json + ": cannot be written");
    return loam::Status::good();
}

}  // namespace

int main(int argc, char** argv) {
    const auto parsed = loam::load::parse_options(argc, argv);
    if (parsed.ended) return *parsed.ended;
    if (auto done = measure(parsed.options); !done) {
        std::cerr << "loam-load: " << done.error().what << '\n';
        return 1;
    }
    return 0;
}
