#pragma once

#include <cstdint>
#include <memory>

#include "engine/base/bytes.h"
#include "engine/mail/parsed_message.h"

namespace loam::mail {

class LineScanner;
class TreeBuilder;

/// Gets every octet of a message once and in order. Views are valid during the call.
class BodySink {
  public:
    BodySink() = default;
    BodySink(const BodySink&) = delete;
    BodySink& operator=(const BodySink&) = delete;
    virtual ~BodySink() = default;
    /// Everything outside the bodies of base64 leaves: headers, boundaries, other bodies.
    virtual void text(Bytes raw) = 0;
    /// Around the body of a leaf with Content-Transfer-Encoding base64: index into
    /// Structure::parts. The line end before a delimiter is outside. Bodies do not nest; one may be
    /// empty.
    virtual void begin_base64(std::uint32_t part) = 0;
    virtual void base64(Bytes raw) = 0;
    virtual void end_base64(std::uint32_t part) = 0;
};

/// Parses one message while it arrives: RFC 5322, RFC 2045, RFC 2046. Takes any octets and never
/// fails; the result does not depend on how the input is cut. Line ends are CRLF or LF alone.
/// Memory:   one header block up to kHeaderBytesParsedMax, 2 KiB of a line, the structure.
/// Lifetime: borrows `sink`. Thread: one at a time.
///
/// Choices, all of them deterministic (docs/imap/mime-differences.md):
/// - A header ends at the first empty line, or at a delimiter; lines in it that are no field are
/// kept
///   and passed over, a leading mbox "From " line among them.
/// - A delimiter is "--", the boundary, perhaps "--", and white space to the end of the line. The
///   innermost open boundary that fits wins; what it encloses ends there.
/// - Nothing at all between two delimiters, or after the last one, is no part.
/// - A multipart without boundary, without any delimiter, or too deep, gets one synthesized
/// text/plain
///   part that covers its whole body.
/// - message/rfc822 with a transfer encoding that changes octets, or too deep, is `opaque`: a leaf.
/// - From kMimePartsMax on, the rest of the message is one opaque part.
class MessageParser {
  public:
    explicit MessageParser(BodySink& sink);
    MessageParser(const MessageParser&) = delete;
    MessageParser& operator=(const MessageParser&) = delete;
    ~MessageParser();

    void feed(Bytes raw);
    /// The message ends here. Once; the parser is of no use afterwards.
    ParsedMessage finish();

  private:
    std::unique_ptr<TreeBuilder> builder_;
    std::unique_ptr<LineScanner> scanner_;
};

/// Parses a message that lies in memory.
ParsedMessage parse_message(Bytes raw);

}  // namespace loam::mail
