#include "tests/support/corpus.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/file.h>
#include <unistd.h>

#include "engine/base/check.h"

namespace loam::test {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kArchiveSuffix = ".tar.zst";

/// Holds an exclusive lock on a file for its life.
class FileLock {
  public:
    explicit FileLock(const fs::path& path)
        : fd_(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644)) {
        LOAM_CHECK(fd_ >= 0);
        LOAM_CHECK(::flock(fd_, LOCK_EX) == 0);
    }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock() { ::close(fd_); }

  private:
    int fd_;
};

fs::path cache_dir() {
    fs::path dir = LOAM_TEST_CORPUS_CACHE;
    fs::create_directories(dir);
    return dir;
}

std::string quoted(const fs::path& path) {
    std::string out = "'";
    for (const char c : path.string())
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

// The rename comes last, so a directory with the final name is complete.
void unpack(const fs::path& archive, const fs::path& target) {
    const fs::path partial = target.string() + ".partial";
    fs::remove_all(partial);
    fs::create_directories(partial);
    const std::string command = "tar --zstd -xf " + quoted(archive) + " -C " + quoted(partial);
    LOAM_CHECK(std::system(command.c_str()) == 0);
    fs::rename(partial, target);
}

std::vector<fs::path> archives(const fs::path& corpus, std::string_view which) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(corpus)) {
        const std::string name = fs::relative(entry.path(), corpus).string();
        if (name.ends_with(kArchiveSuffix) && name.contains(which)) found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

bool is_mbox(const fs::path& path) {
    const std::string name = path.filename().string();
    return name.contains(".mbox") || name.ends_with(".mbx");
}

// The archives hold one top directory, named like the archive; it adds nothing to a name.
std::string display_name(const fs::path& path, const fs::path& unpacked) {
    const std::string stem = unpacked.filename().string();
    const std::string inner = fs::relative(path, unpacked).string();
    return inner.starts_with(stem + "/") ? inner : stem + "/" + inner;
}

void list_files(const fs::path& unpacked, std::vector<CorpusFile>& out) {
    for (const auto& entry : fs::recursive_directory_iterator(unpacked)) {
        if (!entry.is_regular_file()) continue;
        const auto written = std::chrono::file_clock::to_sys(entry.last_write_time());
        const auto seconds = std::chrono::floor<std::chrono::seconds>(written.time_since_epoch());
        out.push_back({.path = entry.path(),
                       .name = display_name(entry.path(), unpacked),
                       .mtime_seconds = seconds.count(),
                       .mbox = is_mbox(entry.path())});
    }
}

}  // namespace

std::optional<fs::path> corpus_dir() {
    const char* named = std::getenv("LOAM_CORPUS");
    const fs::path dir =
        named ? fs::path(named) : fs::path(LOAM_TEST_SOURCE_DIR) / ".." / "shared" / "corpus";
    if (!fs::is_directory(dir)) return std::nullopt;
    return fs::canonical(dir);
}

std::vector<CorpusFile> corpus_files(std::string_view which) {
    std::vector<CorpusFile> files;
    const auto corpus = corpus_dir();
    if (!corpus) return files;
    const fs::path cache = cache_dir();
    for (const fs::path& archive : archives(*corpus, which)) {
        std::string stem = archive.filename().string();
        stem.resize(stem.size() - kArchiveSuffix.size());
        const fs::path target = cache / stem;
        {
            const FileLock lock(cache / (stem + ".lock"));
            if (!fs::exists(target)) unpack(archive, target);
        }
        list_files(target, files);
    }
    std::sort(files.begin(), files.end(),
              [](const CorpusFile& a, const CorpusFile& b) { return a.name < b.name; });
    return files;
}

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    LOAM_CHECK(in.good());
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> split_mbox(std::string_view text) {
    constexpr std::string_view kFrom = "From ";
    std::vector<std::string> messages;
    bool after_blank = true;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end == text.npos ? text.size() : end + 1);
        text.remove_prefix(line.size());
        if (after_blank && line.starts_with(kFrom)) {
            messages.emplace_back();
        } else {
            if (messages.empty()) messages.emplace_back();
            messages.back() += line;
        }
        after_blank = line == "\n" || line == "\r\n";
    }
    return messages;
}

std::string with_crlf(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 32);
    for (const char c : text) {
        if (c == '\n' && (out.empty() || out.back() != '\r')) out += '\r';
        out += c;
    }
    return out;
}

}  // namespace loam::test
