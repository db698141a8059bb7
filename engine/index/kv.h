#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/index/index.h"

/// Ordered keys and values below the typed index: RocksDB (rocks_kv.h), memory (memory_kv.h), or
/// changes in memory over another (overlay.h).
namespace loam::index {

/// state is the promise: one family, so that it is always a prefix of the writes. cache and search
/// are derived; each by itself is a prefix of its writes too.
enum class Family : std::uint8_t { state, cache, search };

/// Keys with their new values; nullopt deletes.
using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;

/// What one write() makes visible at once.
struct Batch {
    Changes state;
    Changes cache;
    Changes search;
};

/// Walks the keys in [lower, upper) of one family. key() and value() are valid until it moves.
class KvCursor {
  public:
    KvCursor() = default;
    KvCursor(const KvCursor&) = delete;
    KvCursor& operator=(const KvCursor&) = delete;
    virtual ~KvCursor() = default;
    /// To the first key >= `key`. Below `lower`: to the first of the range.
    virtual void seek(std::string_view key) = 0;
    /// To the last key < `key`. Only next() may follow.
    virtual void seek_before(std::string_view key) = 0;
    virtual void next() = 0;
    /// False at the end of the range and after an error: ask status().
    virtual bool valid() const = 0;
    virtual std::string_view key() const = 0;
    virtual std::string_view value() const = 0;
    /// Errors: busy, io, corrupt.
    virtual Status status() const = 0;
};

/// One moment. Thread: one at a time.
class KvView {
  public:
    KvView() = default;
    KvView(const KvView&) = delete;
    KvView& operator=(const KvView&) = delete;
    virtual ~KvView() = default;
    virtual Result<std::optional<std::string>> get(Family family, std::string_view key) const = 0;
    /// In the order of `keys`.
    virtual Result<std::vector<std::optional<std::string>>> get_many(
        Family family, std::span<const std::string> keys) const = 0;
    /// Not yet at any key. The view outlives it.
    virtual std::unique_ptr<KvCursor> cursor(Family family, std::string lower,
                                             std::string upper) const = 0;
};

class Kv {
  public:
    Kv() = default;
    Kv(const Kv&) = delete;
    Kv& operator=(const Kv&) = delete;
    virtual ~Kv() = default;
    virtual std::unique_ptr<KvView> view(ReadTier tier) const = 0;
    virtual Status write(Batch batch) = 0;
    /// Makes the state family durable up to the writes that returned before the call.
    virtual Status flush() = 0;
    virtual std::uint64_t bytes_since_flush() const = 0;
    /// Leaves nothing deleted in any file.
    virtual Status rewrite(std::atomic<bool>& /*stop*/) { return Status::good(); }
    virtual Index::Stats stats() const { return {}; }
    /// Fills an empty state family with all from where `source` stands, durably. Errors: io,
    /// unsupported.
    virtual Status load(KvCursor& /*source*/) {
        return fail(Errc::unsupported, "index: takes single writes only");
    }
    /// Reads every block of every file. Errors: corrupt (names the file), io.
    virtual Status verify() const { return Status::good(); }
};

}  // namespace loam::index
