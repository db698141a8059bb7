// loam: the operator's command line.
#include <sys/stat.h>

#include <spdlog/spdlog.h>

#include "tools/loam/command.h"

int main(int argc, char** argv) {
    using namespace loam::tool;  // NOLINT(google-build-using-namespace): this file is the front of
                                 // that namespace
    umask(0077);
    spdlog::set_level(spdlog::level::warn);
    CLI::App app{"loam works on a mail store; beside its server, what the server lets it"};
    Options options;
    int status = kExitFine;
    app.add_option("--store", options.store, "the store's directory")->required();
    app.set_version_flag("--version", std::string("loam ") + LOAM_VERSION);
    app.require_subcommand(1);
    add_user_command(app, options, status);
    add_import_command(app, options, status);
    add_export_command(app, options, status);
    add_fsck_command(app, options, status);
    add_rebuild_command(app, options, status);
    add_scrub_command(app, options, status);
    add_backup_command(app, options, status);
    add_restore_command(app, options, status);
    add_search_command(app, options, status);
    add_stats_command(app, options, status);
    add_dump_command(app, options, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? kExitFine : kExitFailed;
    }
    return status;
}
