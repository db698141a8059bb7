// loam fsck and loam rebuild as people run them: what they find, what they say, how they end.
#include <nlohmann/json.hpp>

#include "tests/engine/check/many_segments.h"
#include "tests/tools/loam/tool_runner.h"

namespace loam::tool {
namespace {

class RepairTest : public check::ManySegments {
  protected:
    void SetUp() override {
        ManySegments::SetUp();
        std::filesystem::copy(path(), dir_ / "whole", std::filesystem::copy_options::recursive);
    }
    void restore() {
        std::filesystem::remove_all(path());
        std::filesystem::copy(dir_ / "whole", path(), std::filesystem::copy_options::recursive);
    }
    Outcome loam(const std::string& arguments) const {
        return run_command(LOAM_TOOL " --store " + path() + " " + arguments + " </dev/null 2>&1");
    }
    /// All that one run of fsck --deep --json says, and its status under "status".
    nlohmann::json fsck() const {
        const Outcome outcome = loam("fsck --deep --json");
        auto said = nlohmann::json::parse(outcome.said, nullptr, false);
        if (said.is_discarded()) said = {{"said", outcome.said}};
        said["status"] = outcome.status;
        return said;
    }
    /// A segment by its place among those that hold something.
    std::string segment(std::size_t number) const { return files(".seg").at(number); }
};

struct Case {
    const char* why;
    void (*damage)(const std::vector<std::string>& segments, const std::string& root);
    const char* finding;  ///< stands in one of the findings
    bool rebuild_mends;
};

std::vector<std::string> tables(const std::string& root) {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(root + "/db")) {
        if (entry.path().extension() == ".sst") found.push_back(entry.path().string());
    }
    std::ranges::sort(found);
    return found;
}

std::string first_table(const std::string& root) {
    return tables(root).at(0);
}

void flip(const std::string& file, std::size_t at) {
    std::fstream both(file, std::ios::binary | std::ios::in | std::ios::out);
    both.seekg(static_cast<std::streamoff>(at));
    const int octet = both.get();
    both.seekp(static_cast<std::streamoff>(at));
    both.put(static_cast<char>(octet ^ 4));
}

void put(const std::string& file, std::string_view octets) {
    std::ofstream(file, std::ios::binary) << octets;
}

constexpr std::size_t kGroup = 4096;   ///< where the first group of a segment begins
constexpr std::size_t kRecord = 4192;  ///< where its record table begins

constexpr Case kCases[] = {
    {"a segment's header", [](const auto& s, const auto&) { flip(s.at(1), 30); },
     "00000002.seg: segment header", false},
    {"a group's header", [](const auto& s, const auto&) { flip(s.at(1), kGroup + 20); },
     "00000002.seg at 4096", false},
    {"a group's table of records", [](const auto& s, const auto&) { flip(s.at(1), kRecord + 9); },
     "00000002.seg at 4096", false},
    {"a segment cut short",
     [](const auto& s, const auto&) { std::filesystem::resize_file(s.at(1), 65536); },
     "00000002.seg at", false},
    {"a segment without anything",
     [](const auto& s, const auto&) { std::filesystem::resize_file(s.at(1), 0); }, "00000002.seg",
     false},
    {"a segment is missing", [](const auto& s, const auto&) { std::filesystem::remove(s.at(1)); },
     "00000002.seg: missing", false},
    {"the first segment is missing",
     [](const auto& s, const auto&) { std::filesystem::remove(s.at(0)); }, "00000001.seg: missing",
     false},
    {"a segment of another place",
     [](const auto& s, const auto&) {
         std::filesystem::copy_file(s.at(0), s.at(1),
                                    std::filesystem::copy_options::overwrite_existing);
     },
     "00000002.seg: belongs to another store or place", false},
    {"one superblock is missing",
     [](const auto&, const auto& root) { std::filesystem::remove(root + "/SUPER.1"); },
     "SUPER.1: missing", false},
    {"one superblock is damaged", [](const auto&, const auto& root) { flip(root + "/SUPER.0", 9); },
     "SUPER.0: superblock: checksum", false},
    {"both superblocks are damaged",
     [](const auto&, const auto& root) {
         flip(root + "/SUPER.0", 9);
         flip(root + "/SUPER.1", 9);
     },
     "SUPER.1: superblock: checksum", false},
    {"a file that no store has", [](const auto&, const auto& root) { put(root + "/log/0/x", "x"); },
     "log/0/x: no file of a store", false},
    {"db is gone", [](const auto&, const auto& root) { std::filesystem::remove_all(root + "/db"); },
     "db/CURRENT: missing", true},
    {"db/CURRENT is gone",
     [](const auto&, const auto& root) { std::filesystem::remove(root + "/db/CURRENT"); },
     "db/CURRENT: missing", true},
    {"db/CURRENT names nothing",
     [](const auto&, const auto& root) { put(root + "/db/CURRENT", "MANIFEST-000099\n"); },
     "index: open", true},
    {"a table of the index is gone",
     [](const auto&, const auto& root) { std::filesystem::remove(first_table(root)); },
     "No such file or directory", true},
    {"a table of the index is damaged",
     [](const auto&, const auto& root) { flip(first_table(root), 40); }, ".sst", true},
    {"a rebuild was cut off",
     [](const auto&, const auto& root) { std::filesystem::create_directory(root + "/db.new"); },
     "db.new: left by a rebuild", true},
};

TEST_F(RepairTest, FsckNamesEachDamageAndRebuildMendsTheIndex) {
    EXPECT_EQ(fsck()["status"], 0) << fsck().dump(2);
    for (const Case& c : kCases) {
        SCOPED_TRACE(c.why);
        restore();
        c.damage(files(".seg"), path());
        const nlohmann::json found = fsck();
        EXPECT_EQ(found["status"], 1) << found.dump(2);
        bool named = false;
        for (const auto& finding : found["findings"])
            named = named || finding.get<std::string>().find(c.finding) != std::string::npos;
        EXPECT_TRUE(named) << c.finding << "\nnot in\n" << found.dump(2);
        const bool advised = found["advice"].dump().find("loam rebuild") != std::string::npos;
        EXPECT_EQ(advised, c.rebuild_mends) << found.dump(2);
        if (!c.rebuild_mends) continue;
        const Outcome rebuilt = loam("rebuild");
        EXPECT_EQ(rebuilt.status, 0) << rebuilt.said;
        EXPECT_EQ(fsck()["status"], 0) << fsck().dump(2);
        EXPECT_EQ(everything(), everything_);
    }
}

TEST_F(RepairTest, TheOctetsOfAMessageAreFoundByReadingThemOnly) {
    const std::string file = segment(2);
    std::string octets = get(file);
    flip(file, octets.find_last_not_of('\0') / 2);
    EXPECT_EQ(loam("fsck").status, 0);
    const nlohmann::json found = fsck();
    EXPECT_EQ(found["status"], 1);
    EXPECT_NE(found["findings"].dump().find("account 1 content "), std::string::npos);
}

TEST_F(RepairTest, WhatCannotRunEndsWithTwoAndSaysWhy) {
    open();
    for (const char* command : {"fsck", "rebuild"}) {
        const Outcome outcome = loam(command);
        EXPECT_EQ(outcome.status, 2) << command;
        EXPECT_NE(outcome.said.find("in use by process " + std::to_string(getpid())),
                  std::string::npos)
            << outcome.said;
    }
    close();
    std::filesystem::remove_all(path());
    for (const char* command : {"fsck", "rebuild"}) {
        EXPECT_EQ(loam(command).status, 2) << command;
        EXPECT_NE(loam(command).said.find("no store here"), std::string::npos);
    }
    EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(RepairTest, RebuildSaysWhatItRead) {
    const auto said = nlohmann::json::parse(loam("rebuild --json").said);
    EXPECT_EQ(said["messages"], everything_.size());
    EXPECT_EQ(said["accounts"], 2);
    EXPECT_GT(said["log_records"], 20);
    EXPECT_NE(loam("rebuild").said.find(std::to_string(everything_.size()) + " messages"),
              std::string::npos);
}

}  // namespace
}  // namespace loam::tool
