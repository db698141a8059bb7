#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/task.h"
#include "engine/mail/structure.h"

namespace loam {

/// What is known of a message without reading it: made once at append. Immutable, shared between
/// those who look at it.
class MessageInfo {
  public:
    struct Impl;
    explicit MessageInfo(std::unique_ptr<Impl> impl);
    MessageInfo(const MessageInfo&) = delete;
    MessageInfo& operator=(const MessageInfo&) = delete;
    ~MessageInfo();

    /// ENVELOPE and BODYSTRUCTURE as IMAP4rev2 renders them: RFC 9051 sections 2.3.5, 2.3.6, 7.5.2.
    std::string_view envelope() const;
    std::string_view bodystructure() const;
    /// BODY: the structure without extension data.
    std::string body() const;
    /// False where message/global makes BODYSTRUCTURE differ between session modes.
    bool same_in_every_mode() const;
    /// Some octet is NUL: BODY[] must show it as 0x80 (RFC 9051 section 4.3.1).
    bool has_nul() const;
    /// BODYSTRUCTURE or BODY with message/global as a basic type, for sessions that do not know it.
    std::string render_body_basic(bool extended) const;
    /// The MIME parts in pre-order; ranges count octets of the message as received.
    const mail::Structure& structure() const;
    Impl& impl() const { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
};

/// Yields octets of stored content, a frame (at most 128 KiB) at a time.
class ContentReader {
  public:
    struct Impl;
    explicit ContentReader(std::unique_ptr<Impl> impl);
    ContentReader(const ContentReader&) = delete;
    ContentReader& operator=(const ContentReader&) = delete;
    ~ContentReader();

    /// Octets this reader will yield in all, known from the start.
    std::uint64_t size() const;
    /// The next octets, valid until the next call; empty at the end. Errors: expunged, corrupt, io.
    Task<Result<Bytes>> next();

  private:
    std::unique_ptr<Impl> impl_;
};

/// The header fields named (or, with `negate`, not named) with their line ends, and the closing
/// empty line: BODY[HEADER.FIELDS (...)], RFC 9051 section 6.4.5.1. Names compare without case.
std::string filter_header(std::string_view header, std::span<const std::string> names, bool negate);

}  // namespace loam
