#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace loam::io {

/// A new directory under the tests' own, gone with everything in it at the end.
class TempDir {
  public:
    explicit TempDir(std::string parent = testing::TempDir()) : path_(std::move(parent)) {
        if (!path_.ends_with('/')) path_ += '/';
        path_ += "loam-io-XXXXXX";
        made_ = mkdtemp(path_.data()) != nullptr;
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir() {
        std::error_code ignored;
        if (made_) std::filesystem::remove_all(path_, ignored);
    }
    bool made() const { return made_; }
    const std::string& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
    bool made_ = false;
};

}  // namespace loam::io
