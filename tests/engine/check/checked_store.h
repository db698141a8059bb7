#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/check/fsck.h"
#include "tests/engine/api/store_fixture.h"

namespace loam::check {

/// A closed store with two users: kim (account 1) with an INBOX of three
/// messages, one of them large, and lee (account 2) with nothing.
class CheckedStore : public StoreFixture {
  protected:
    void SetUp() override {
        open();
        for (const char* user : {"kim", "lee"})
            add_user(user);
        account("kim");
        std::string large = "Subject: large\r\n\r\n";
        for (std::uint32_t i = 0, x = 1; i < 200'000; ++i, x = x * 1664525 + 1013904223)
            large += i % 70 == 69 ? '\n' : static_cast<char>('0' + (x >> 24) % 75);
        texts_ = {"Subject: first\r\n\r\nx\r\n", large, "Subject: third\r\n\r\nx\r\n"};
        for (const std::string& text : texts_)
            ASSERT_TRUE(append("INBOX", text, kFlagSeen, {"$Junk"}));
        close();
    }

    std::string path() const { return dir_ / "store"; }
    Result<FsckReport> check(bool deep = false) {
        FsckOptions options;
        options.path = path();
        options.deep = deep;
        return run(fsck(std::move(options), *reactor_, disk_));
    }
    /// What it found, a line each; or the error.
    std::string findings(bool deep = false) {
        const auto report = check(deep);
        if (!report)
            return "error: " + std::string(to_string(report.error().code)) + ": " +
                   report.error().what;
        std::string all;
        for (const Finding& finding : report->findings)
            all += finding.what + "\n";
        return all;
    }

    /// Files of the store whose names end so, sorted.
    std::vector<std::string> files(std::string_view ending) const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path())) {
            if (entry.is_regular_file() && entry.path().string().ends_with(ending))
                found.push_back(entry.path().string());
        }
        std::ranges::sort(found);
        return found;
    }
    static std::string get(const std::string& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
    static void put(const std::string& file, std::string_view octets) {
        std::ofstream(file, std::ios::binary) << octets;
    }
    /// Flips a bit of one octet.
    static void flip(const std::string& file, std::size_t at) {
        std::fstream both(file, std::ios::binary | std::ios::in | std::ios::out);
        both.seekg(static_cast<std::streamoff>(at));
        const int octet = both.get();
        ASSERT_NE(octet, std::char_traits<char>::eof()) << file << " " << at;
        both.seekp(static_cast<std::streamoff>(at));
        both.put(static_cast<char>(octet ^ 4));
    }
    /// The segment, which holds all of this store, and where what is written in
    /// it ends.
    std::string segment() const { return files(".seg").at(0); }
    std::size_t segment_end() const { return get(segment()).find_last_not_of('\0') + 1; }

    std::vector<std::string> texts_;
};

}  // namespace loam::check
