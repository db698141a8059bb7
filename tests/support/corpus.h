#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The corpora of real and tricky mail, for tests. They are not part of this repository.
namespace loam::test {

/// One file of an unpacked archive.
struct CorpusFile {
    std::filesystem::path path;
    std::string name;  ///< "torture/enmime/plain.raw": archive stem, then the path in it
    std::int64_t mtime_seconds = 0;  ///< arrival or posting time, seconds since 1970
    bool mbox = false;               ///< several messages with "From " lines between them
};

/// Where the corpora lie: $LOAM_CORPUS, else ../shared/corpus beside the source tree. Nothing if
/// there is no such directory; a test then says so with GTEST_SKIP.
std::optional<std::filesystem::path> corpus_dir();

/// All files of the archives whose path below the corpus contains `which` ("torture", "real",
/// "spamassassin", "" for all), ordered by name. Unpacks each archive once into the build tree,
/// under a lock, so that tests may run side by side. Empty if there is no corpus.
std::vector<CorpusFile> corpus_files(std::string_view which);

/// The octets of a file.
std::string read_file(const std::filesystem::path& path);

/// The messages of an mbox file without their "From " lines. A "From " line counts after a blank
/// one.
std::vector<std::string> split_mbox(std::string_view text);

/// The same text with each LF that follows no CR made CRLF: how such a file is appended.
std::string with_crlf(std::string_view text);

}  // namespace loam::test
