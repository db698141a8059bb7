// Random octets of a store are flipped, one at a time: nothing crashes, nobody is shown a wrong
// message, fsck names what is damaged, and a rebuild makes a damaged index whole.
#include <random>

#include "engine/check/rebuild.h"
#include "engine/keep/environment.h"
#include "tests/engine/check/many_segments.h"
#include "tests/support/seeds.h"

namespace loam::check {
namespace {

class Flips : public ManySegments {
  protected:
    struct Tally {
        std::size_t found = 0;
        std::size_t harmless = 0;  ///< in octets that nobody reads
        std::size_t refused = 0;   ///< the store did not start
        std::size_t rebuilt = 0;
    };

    void round(std::uint64_t seed, Tally& tally) {
        std::filesystem::remove_all(path());
        std::filesystem::copy(dir_ / "whole", path(), std::filesystem::copy_options::recursive);
        const std::string victim = flip_somewhere(seed);
        SCOPED_TRACE("LOAM_SEED=" + std::to_string(seed) + ": " + victim);
        const std::string found = findings(true);
        ++(found.empty() ? tally.harmless : tally.found);
        const auto served = serve();
        if (served.empty()) ++tally.refused;
        for (const auto& [which, octets] : served) {
            const auto original = everything_.find(which);
            ASSERT_NE(original, everything_.end()) << which << " was never there";
            if (octets == "error") {
                EXPECT_NE(found, "") << which << " cannot be read";
            } else {
                EXPECT_EQ(octets, original->second) << which;
            }
        }
        if (found.empty()) EXPECT_EQ(served, everything_);
        if (victim.find("/db/") != std::string::npos) expect_rebuild_restores(tally);
    }

    void expect_rebuild_restores(Tally& tally) {
        const auto report = run(rebuild({.path = path()}, disk_));
        ASSERT_TRUE(report) << report.error().what;
        ++tally.rebuilt;
        EXPECT_EQ(findings(), "");
        EXPECT_EQ(serve(), everything_);
    }

    /// Half of the time in the log, half of the time in the index.
    std::string flip_somewhere(std::uint64_t seed) {
        std::mt19937_64 random(seed);
        const bool in_log = random() % 2 == 0;
        std::vector<std::string> all;
        for (const std::string& file : files("")) {
            if ((file.find("/log/") != std::string::npos) == in_log &&
                (file.find("/db/") != std::string::npos) != in_log && used(file) > 0)
                all.push_back(file);
        }
        const std::string& file = all.at(random() % all.size());
        const std::size_t at = random() % used(file);
        std::string octets = get(file);
        octets[at] = static_cast<char>(octets[at] ^ static_cast<char>(1 + random() % 255));
        put(file, octets);
        return file + " at " + std::to_string(at);
    }
    static std::size_t used(const std::string& file) {
        return get(file).find_last_not_of('\0') + 1;
    }

    /// everything() of a store that may not start, and in which every error is an answer.
    std::map<std::string, std::string> serve() {
        keep::Environment environment;
        environment.stop_process = [](const Error&) {};
        StoreOptions options;
        options.path = path();
        options.cache_bytes = 8U << 20;
        options.segment_bytes = kSegmentBytes;
        options.inline_bytes_max = kSegmentBytes / 4;
        options.chunk_bytes = kSegmentBytes / 4;
        auto opened = run(
            Store::open_in(std::move(environment), std::move(options), {{reactor_.get(), &disk_}}));
        std::map<std::string, std::string> all;
        if (!opened) return all;
        store_ = *std::move(opened);
        for (const char* user : {"kim", "lee"})
            read_user(user, all);
        account_ = AccountHandle();
        (void)run(store_->close());  // an index that is damaged may not be flushed
        store_.reset();
        return all;
    }
    void read_user(const std::string& user, std::map<std::string, std::string>& all) {
        const auto info = run(store_->find_user(*reactor_, user));
        if (!info) return;
        auto loaded = run(store_->account(info->account));
        if (!loaded) return;
        account_ = *std::move(loaded);
        for (const NameEntry& entry : account_->names()) {
            if (!entry.mailbox) continue;
            const auto mailbox = run(account_->open_mailbox(*entry.mailbox));
            if (!mailbox) continue;
            const auto rows = (*mailbox)->messages();
            for (const MessageRow& row : std::vector<MessageRow>(rows.begin(), rows.end()))
                all[user + "/" + entry.name + "/" + std::to_string(row.uid.value)] = shown(row);
        }
    }
    std::string shown(const MessageRow& row) {
        const std::string octets = read_message(row.cid);
        if (octets.starts_with("error: ")) return "error";
        return std::to_string(row.flags) + "/" + std::to_string(row.modseq.value) + "/" + octets;
    }
};

TEST_F(Flips, NeverAWrongMessageAndEachDamageIsNamed) {
    std::filesystem::rename(path(), dir_ / "whole");
    Tally tally;
    for (const std::uint64_t seed : testing::seeds_to_run(30)) {
        round(seed, tally);
        if (HasFatalFailure()) return;
    }
    std::cout << tally.found << " flips named by fsck, " << tally.harmless << " harmless, "
              << tally.refused << " kept the store from starting, " << tally.rebuilt
              << " indexes rebuilt\n";
}

}  // namespace
}  // namespace loam::check
