#pragma once

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace loam::tool {

struct Outcome {
    int status = -1;   ///< exit status; -1: ended by a signal
    std::string said;  ///< standard output and standard error, together
};

/// Runs a command through a shell.
inline Outcome run_command(const std::string& command) {
    Outcome outcome;
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return outcome;
    std::array<char, 4096> piece{};
    while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), pipe))
        outcome.said.append(piece.data(), got);
    const int ended = pclose(pipe);
    if (WIFEXITED(ended)) outcome.status = WEXITSTATUS(ended);
    return outcome;
}

/// The built program on a store in a directory of its own.
class ToolTest : public ::testing::Test {
  protected:
    /// `arguments` go through a shell.
    Outcome loam(const std::string& arguments, const std::string& input = "") const {
        const std::string typed = dir_ / "input";
        std::ofstream(typed, std::ios::binary) << input;
        return run_command("XDG_STATE_HOME=" + dir_.path() + "/state " LOAM_TOOL " --store " +
                           store() + " " + arguments + " <" + typed + " 2>&1");
    }
    void expect(const std::string& arguments, int status, std::string_view said,
                const std::string& input = "") const {
        const Outcome outcome = loam(arguments, input);
        EXPECT_EQ(outcome.status, status) << arguments << "\n" << outcome.said;
        EXPECT_NE(outcome.said.find(said), std::string::npos) << arguments << "\n" << outcome.said;
    }
    void add_user(const std::string& name) const { expect("user add " + name, 0, "", "secret\n"); }

    std::string store() const { return dir_ / "store"; }
    std::string put(const std::string& name, std::string_view octets) const {
        const std::filesystem::path path = dir_ / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << octets;
        return path.string();
    }
    static std::string get(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
    /// Names below `directory` and the octets of the files that they name.
    std::map<std::string, std::string> files(const std::string& directory) const {
        std::map<std::string, std::string> found;
        const std::filesystem::path root = dir_ / directory;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
            if (entry.is_regular_file())
                found[entry.path().lexically_relative(root).string()] = get(entry.path());
        }
        return found;
    }
    /// The octets of the messages in a Maildir that loam wrote, by uid.
    std::vector<std::string> messages(const std::string& maildir) const {
        std::map<unsigned long, std::string> by_uid;
        for (const auto& [name, octets] : files(maildir + "/cur"))
            by_uid[std::stoul(name.substr(name.find(".U") + 2))] = octets;
        std::vector<std::string> all;
        for (const auto& [uid, octets] : by_uid)
            all.push_back(octets);
        return all;
    }

    TempDir dir_;
};

}  // namespace loam::tool
