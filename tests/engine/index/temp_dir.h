#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "engine/base/check.h"

namespace loam::test {

/// A directory of its own, gone with the object.
class TempDir {
  public:
    TempDir() {
        std::string name = (std::filesystem::temp_directory_path() / "loam-index-XXXXXX").string();
        LOAM_CHECK(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~TempDir() { std::filesystem::remove_all(path_); }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    std::string path(const std::string& name = "db") const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

}  // namespace loam::test
