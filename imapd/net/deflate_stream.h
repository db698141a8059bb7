#pragma once

#include <memory>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/net.h"
#include "imapd/net/deflate.h"

namespace loam::imap {

/// COMPRESS=DEFLATE over another stream, both ways: RFC 4978. Under it may lie TLS.
/// Thread: that of the stream below. It stays on its loop to its end.
/// Memory: whatever the peer sends, one receive() makes some octets of it.
class DeflateStream final : public io::Stream {
  public:
    /// `received` came from below already and is where the peer's compressed octets begin.
    DeflateStream(std::unique_ptr<io::Stream> below, Bytes received);
    DeflateStream(const DeflateStream&) = delete;
    DeflateStream& operator=(const DeflateStream&) = delete;
    ~DeflateStream() override = default;

    /// Errors beside those of the stream below: closed where what came is no DEFLATE.
    Task<Result<io::Received>> receive() override;
    Task<Status> send(Bytes data) override;
    void shutdown() override { below_->shutdown(); }
    std::string peer() const override { return below_->peer(); }
    bool peer_is_loopback() const override { return below_->peer_is_loopback(); }
    int release() override;  ///< not to be called

  private:
    std::unique_ptr<io::Stream> below_;
    Inflater inflater_;
    Deflater deflater_;
};

}  // namespace loam::imap
