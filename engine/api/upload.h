#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/task.h"

namespace loam {

/// One message arriving: parsed, compressed and hashed while it comes in; large bodies go to the
/// log meanwhile, so memory stays bounded. Dropping an upload that was not appended gives its space
/// back. Thread: the account's owner.
class Upload {
  public:
    struct Impl;
    explicit Upload(std::unique_ptr<Impl> impl);
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;
    ~Upload();

    /// Takes the next octets. Errors: too_big (more than the server takes), no_room, io.
    Task<Status> write(Bytes bytes);
    /// No more octets. After it the upload may be appended. Errors as write().
    Task<Status> finish();
    std::uint64_t size() const;
    bool has_nul() const;          ///< RFC 9051 section 4.3: an ordinary literal may not
    bool has_8bit_header() const;  ///< RFC 6855 section 4
    /// Seconds since 1970 and zone from the Date field, if it has one that can be read.
    std::optional<std::pair<std::int64_t, std::int16_t>> date() const;
    Impl& impl() { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace loam
