#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/io/gate.h"
#include "tests/crash/account_model.h"
#include "tests/crash/sim_store.h"

namespace loam::testing {

/// Lives of one store's process, each ended by a power cut, a failing disk or in peace, against a
/// model: what was acknowledged is there, what was not is there whole or not at all.
class CrashHistory {
  public:
    /// Steps that go on at once: by number of the account and what it shall do.
    using Burst = std::vector<std::pair<std::size_t, Step>>;

    CrashHistory(std::uint64_t seed, std::size_t accounts) : machine_(seed), accounts_(accounts) {}

    /// A life of random bursts with a random end. Returns what is wrong.
    std::string live();
    /// A life that does `script` and loses power at operation `crash_at`, if it comes that far.
    std::string play(std::vector<Burst> script, std::uint64_t crash_at, io::CrashPlan plan);

    /// Operations of the disk until now, and when the first burst of the last life began.
    std::uint64_t operations() const { return machine_.media.faults.operations(); }
    std::uint64_t bursts_from() const { return bursts_from_; }
    /// Unsynced changes at the end of the last life.
    std::size_t unsynced() const { return unsynced_; }
    std::uint64_t checks() const { return checks_; }
    std::uint64_t steps() const { return steps_; }
    /// Segments of the log that lives deleted, as far as they lived to tell.
    std::uint64_t segments_deleted() const { return segments_deleted_; }

  private:
    struct User {
        AccountId id;
        bool exists = false;
        ModelAccount known;
        std::vector<Step> steps;  ///< since `known`
    };

    void blame(std::string what);
    /// An error is no news once the disk failed.
    void blame_error(std::string what);
    /// No script: random bursts.
    Task<void> work(SimStore& store, std::optional<std::vector<Burst>> script);
    Task<std::uint64_t> count_deleted(Store& store, io::Loop& here);
    Task<bool> find_users(Store& store, io::Loop& here);
    Task<bool> look_at_all(Store& store, io::Loop& here, bool read_octets);
    Task<bool> settle(Store& store, io::Loop& here, User& user, bool read_octets);
    Task<void> watch(Store& store, io::Loop& here, AccountId account);
    Task<bool> run_burst(Store& store, io::Loop& here, Burst burst);
    Burst random_burst();
    Step random_step(const ModelAccount& account);
    std::uint64_t below(std::uint64_t limit) { return machine_.world.random_below(limit); }

    SimMachine machine_;
    std::vector<User> accounts_;
    bool over_ = false;    ///< the power was cut: from here on nothing is news
    bool faulty_ = false;  ///< the disk fails somewhere in this life
    std::uint64_t last_token_ = 0;
    std::uint64_t bursts_from_ = 0;
    std::size_t unsynced_ = 0;
    std::uint64_t checks_ = 0;
    std::uint64_t steps_ = 0;
    std::uint64_t segments_deleted_ = 0;
    std::string wrong_;
};

}  // namespace loam::testing
