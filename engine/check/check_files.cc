#include "engine/check/check_files.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/check/advice.h"
#include "engine/log/segment_files.h"
#include "engine/log/super.h"

namespace loam::check {

namespace {

constexpr int kSuperCopies = 2;

Task<Result<ByteVector>> read_header(io::Disk& disk, std::string path) {
    LOAM_CO_TRY(const std::unique_ptr<io::File> file, co_await disk.open(path, io::OpenMode::read));
    ByteVector octets(kSegmentHeaderBytes);
    LOAM_CO_TRY(const std::size_t got, co_await file->read(0, octets));
    octets.resize(got);
    co_return octets;
}

/// Whose the first segment with a right header is.
Task<Result<StoreId>> store_of_segments(io::Disk& disk, std::string dir,
                                        std::vector<SegmentId> segments) {
    for (const SegmentId id : segments) {
        const auto octets = co_await read_header(disk, segment_path(dir, id));
        if (!octets) continue;  // what keeps it from being read is named when the log is
        const auto header = decode_segment_header(*octets);
        if (header) co_return header->store;
    }
    co_return fail(Errc::corrupt, dir + ": neither a superblock nor a segment says whose this is");
}

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Names that RocksDB gives its files.
bool is_of_index(std::string_view name) {
    constexpr std::array<std::string_view, 4> kPlain = {"CURRENT", "IDENTITY", "LOCK", "LOG"};
    constexpr std::array<std::string_view, 3> kBefore = {"MANIFEST-", "OPTIONS-", "LOG.old."};
    constexpr std::array<std::string_view, 3> kBehind = {".sst", ".log", ".dbtmp"};
    if (std::ranges::find(kPlain, name) != kPlain.end()) return true;
    for (const std::string_view prefix : kBefore) {
        if (name.starts_with(prefix) && is_number(name.substr(prefix.size()))) return true;
    }
    return std::ranges::any_of(kBehind, [&](std::string_view suffix) {
        if (!name.ends_with(suffix)) return false;
        const std::string_view stem = name.substr(0, name.size() - suffix.size());
        return is_number(stem) || (stem.starts_with("OPTIONS-") && is_number(stem.substr(8)));
    });
}

bool is_of_root(std::string_view name) {
    constexpr std::array<std::string_view, 14> kNames = {
        "ADMIN",    "LOCK",         "RESERVE",     "SUPER.0",     "SUPER.1", "SCRUB", "SCRUB.new",
        "SCRUBBED", "SCRUBBED.new", "SUPER.0.new", "SUPER.1.new", "log",     "db",    "lost"};
    return std::ranges::find(kNames, name) != kNames.end();
}

bool is_of_log(std::string_view name) {
    return name == "0";
}

/// "0000002a.seg"
bool is_of_segments(std::string_view name) {
    if (name == "HOLES" || name == "HOLES.new") return true;
    constexpr std::size_t kDigits = 8;
    if (name.size() != kDigits + 4 || !name.ends_with(".seg")) return false;
    return std::ranges::all_of(name.substr(0, kDigits), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

bool is_left_by_rebuild(std::string_view name) {
    return name == "db.new" || name == "db.old";
}

}  // namespace

Task<Result<StoreId>> check_superblocks(io::Disk& disk, std::string root, Findings* findings) {
    const Result<Super> super = co_await read_super(disk, root);
    if (!super) {
        const Errc code = super.error().code;
        if (code != Errc::not_found && code != Errc::corrupt) co_return super.error();
        const auto segments = co_await list_segments(disk, log_dir(root, 0));
        if (!segments || segments->empty()) co_return super.error();
    }
    for (int number = 0; number < kSuperCopies; ++number) {
        const Result<Super> copy = co_await read_super_copy(disk, root, number);
        if (copy) continue;
        findings->add(root + "/SUPER." + std::to_string(number) + ": " +
                          (copy.error().code == Errc::not_found ? "missing" : copy.error().what),
                      kAdviseSalvage);
    }
    if (super) co_return super->store;
    LOAM_CO_TRY(std::vector<SegmentId> segments, co_await list_segments(disk, log_dir(root, 0)));
    co_return co_await store_of_segments(disk, log_dir(root, 0), std::move(segments));
}

Task<Status> check_file_names(io::Disk& disk, std::string root, Findings* findings) {
    using Known = bool (*)(std::string_view);
    const std::array<std::pair<std::string, Known>, 4> places = {{
        {root, is_of_root},
        {root + "/log", is_of_log},
        {log_dir(root, 0), is_of_segments},
        {root + "/db", is_of_index},
    }};
    for (const auto& [place, known] : places) {
        const auto names = co_await disk.list(place);
        if (!names && names.error().code == Errc::not_found) continue;  // told where it is opened
        if (!names) co_return names.error();
        for (const std::string& name : *names) {
            if (known(name)) continue;
            const std::string path = place + "/" + name;
            if (known == is_of_root && is_left_by_rebuild(name)) {
                findings->add(path + ": left by a rebuild that was cut off", kAdviseRebuild);
            } else {
                findings->add(path + ": no file of a store");
            }
        }
    }
    co_return Status::good();
}

Task<Status> check_segment_headers(io::Disk& disk, std::string root, StoreId store, SegmentId last,
                                   Findings* findings) {
    const std::string dir = log_dir(root, 0);
    const auto segments = co_await list_segments(disk, dir);
    if (!segments) co_return Status::good();  // told by whoever read the log
    for (const SegmentId id : *segments) {
        if (last != 0 && id > last) continue;
        LOAM_CO_TRY(const ByteVector octets, co_await read_header(disk, segment_path(dir, id)));
        const bool blank =
            std::ranges::all_of(octets, [](std::byte b) { return b == std::byte{}; });
        if (last == 0 && blank) continue;
        const auto header = decode_segment_header(octets);
        if (!header) {
            findings->add(segment_path(dir, id) + ": " + header.error().what, kAdviseSalvage);
        } else if (header->store != store || header->segment != id) {
            findings->add(segment_path(dir, id) + ": belongs to another store or place");
        }
    }
    co_return Status::good();
}

}  // namespace loam::check
