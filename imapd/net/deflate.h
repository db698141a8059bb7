#pragma once

#include <cstddef>
#include <memory>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

struct z_stream_s;

/// Raw DEFLATE (RFC 1951) by zlib, as RFC 4978 has it. One object, one direction of a connection.
namespace loam::imap {

/// Holds about 100 KiB. Data that does not get smaller goes out stored, at the price of a copy.
class Deflater {
  public:
    /// Octets of one call, at most.
    static constexpr std::size_t kPieceBytesMax = 64U << 10;

    Deflater();

    /// `piece` compressed, and flushed so that the peer has all of it: RFC 4978 section 4.
    ByteVector compress(Bytes piece);
    /// The last pieces did not get smaller: the next go out as they are, until it is tried again.
    bool storing() const { return stored_pieces_left_ > 0; }

  private:
    struct End {
        void operator()(z_stream_s* stream) const;
    };
    void look_back(std::size_t in, std::size_t out);

    std::unique_ptr<z_stream_s, End> stream_;
    int level_;
    unsigned stored_pieces_left_ = 0;
};

/// Holds about 40 KiB beside what it was given and has not used yet.
class Inflater {
  public:
    Inflater();

    /// What came next.
    void give(Bytes compressed);
    /// The next octets, at most `max` however many there are; empty: give more. Errors: invalid (no
    /// DEFLATE).
    Result<ByteVector> take(std::size_t max);
    /// The peer said that nothing follows.
    bool ended() const { return ended_; }

  private:
    struct End {
        void operator()(z_stream_s* stream) const;
    };
    std::unique_ptr<z_stream_s, End> stream_;
    ByteVector waiting_;
    std::size_t used_ = 0;  // of waiting_
    bool ended_ = false;
    Status fault_;  // for after the octets before it
};

}  // namespace loam::imap
