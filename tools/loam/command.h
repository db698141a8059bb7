#pragma once

#include <functional>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "engine/api/store.h"
#include "engine/base/result.h"
#include "engine/io/block_on.h"
#include "engine/io/reactor.h"
#include "engine/io/ring_disk.h"
#include "engine/io/workers.h"

namespace loam::tool {

/// Exit statuses, as people's scripts may rely on.
inline constexpr int kExitFine = 0;
inline constexpr int kExitFindings = 1;  ///< it ran, and found something wrong
inline constexpr int kExitFailed = 2;    ///< it could not run

/// One reactor on this thread. Commands await everything through run().
class Runtime {
  public:
    /// Errors: unsupported, io.
    static Result<std::unique_ptr<Runtime>> start();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;
    ~Runtime() = default;

    io::Reactor& loop() { return *reactor_; }
    io::RingDisk& disk() { return *disk_; }
    template <typename T>
    T run(Task<T> task) {
        return io::block_on(*reactor_, std::move(task));
    }

  private:
    Runtime();
    io::ThreadWorkers workers_;
    std::unique_ptr<io::Reactor> reactor_;
    std::unique_ptr<io::RingDisk> disk_;
};

/// What every command has: the store's directory and how to end.
struct Options {
    std::string store;  ///< --store
};

/// Errors: busy (in use; names the holder), not_found, corrupt, unsupported, io, no_room.
Result<std::unique_ptr<Store>> open_store(Runtime& runtime, const Options& options, bool create);

/// Opens the store, runs `work` with it, closes it, and turns an error into words on standard error
/// and a status. Errors of opening: a store in use is refused with the holder's name.
int with_store(const Options& options, bool create,
               const std::function<Result<int>(Runtime&, Store&)>& work);

/// Says "loam: WHAT" on standard error.
void complain(const Error& error);

// Each adds its subcommand to `app`; when the user chose it, `status` gets what the program exits
// with.
void add_user_command(CLI::App& app, const Options& options, int& status);
void add_import_command(CLI::App& app, const Options& options, int& status);
void add_export_command(CLI::App& app, const Options& options, int& status);
void add_search_command(CLI::App& app, const Options& options, int& status);
void add_stats_command(CLI::App& app, const Options& options, int& status);
void add_fsck_command(CLI::App& app, const Options& options, int& status);
void add_rebuild_command(CLI::App& app, const Options& options, int& status);
void add_scrub_command(CLI::App& app, const Options& options, int& status);
void add_backup_command(CLI::App& app, const Options& options, int& status);
void add_restore_command(CLI::App& app, const Options& options, int& status);
void add_dump_command(CLI::App& app, const Options& options, int& status);

}  // namespace loam::tool
