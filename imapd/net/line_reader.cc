#include "imapd/net/line_reader.h"

#include "engine/base/check.h"

namespace loam::imap {

void LineReader::attach(io::Stream& stream) {
    LOAM_CHECK(!receiving_);
    stream_ = &stream;
}

void LineReader::want() {
    if (receiving_ || ended_) return;
    receiving_ = true;
    buffer_.release();
    gate_.spawn(receive());
}

Task<void> LineReader::receive() {
    {
        const auto received = co_await stream_->receive();
        receiving_ = false;
        if (received && !received->empty()) {
            octets_ += received->bytes().size();
            buffer_.append(received->bytes());
        } else {
            ended_ = true;
        }
    }
    wake_.set();
}

}  // namespace loam::imap
