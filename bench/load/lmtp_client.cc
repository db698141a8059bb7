#include "bench/load/lmtp_client.h"

#include <array>
#include <utility>

namespace loam::load {

Result<std::unique_ptr<LmtpClient>> LmtpClient::connect(Loop& loop, const Address& address,
                                                        std::string name, OnDone ready) {
    LOAM_TRY(const int fd, connect_to(address));
    std::unique_ptr<LmtpClient> client(new LmtpClient(fd, std::move(name), std::move(ready)));
    LOAM_TRY_STATUS(loop.watch(fd, *client));
    return client;
}

void LmtpClient::deliver(const std::vector<std::string>& recipients, std::string_view stuffed,
                         OnDone done) {
    stream_.queue("MAIL FROM:<load@example.org>\r\n");
    for (const std::string& recipient : recipients)
        stream_.queue("RCPT TO:<" + recipient + ">\r\n");
    stream_.queue("DATA\r\n");
    recipients_ = recipients.size();
    stuffed_ = stuffed;
    done_ = std::move(done);
    step_ = Step::mail;
    begun_ = Clock::now();
}

Status LmtpClient::on_ready() {
    std::array<char, 4096> chunk{};
    if (auto sent = stream_.flush(); !sent) return error(sent.error().what);
    while (true) {
        auto got = stream_.receive(chunk.data(), chunk.size());
        if (!got) return error(got.error().what);
        if (*got == 0) return Status::good();
        buffer_.append(chunk.data(), *got);
        std::size_t begin = 0;
        for (std::size_t end; (end = buffer_.find("\r\n", begin)) != std::string::npos;
             begin = end + 2)
            LOAM_TRY_STATUS(take(std::string_view(buffer_).substr(begin, end - begin)));
        buffer_.erase(0, begin);
        if (auto sent = stream_.flush(); !sent) return error(sent.error().what);
    }
}

/// One reply line; `250-` announces another one of the same reply.
Status LmtpClient::take(std::string_view reply) {
    if (reply.size() > 3 && reply[3] == '-') return Status::good();
    switch (step_) {
        case Step::greeting:
            if (!reply.starts_with("220")) return error(reply);
            stream_.queue("LHLO load.example.org\r\n");
            step_ = Step::hello;
            return Status::good();
        case Step::hello:
            if (!reply.starts_with("250")) return error(reply);
            return std::exchange(done_, {})(0);
        default:
            return take_in_transaction(reply);
    }
}

Status LmtpClient::take_in_transaction(std::string_view reply) {
    if (!reply.starts_with(step_ == Step::data ? "354" : "250")) return error(reply);
    switch (step_) {
        case Step::mail:
            step_ = Step::recipients;
            replies_left_ = recipients_;
            return Status::good();
        case Step::recipients:
            if (--replies_left_ == 0) step_ = Step::data;
            return Status::good();
        case Step::data:
            stream_.queue(stuffed_);
            step_ = Step::delivered;
            replies_left_ = recipients_;
            return Status::good();
        default:
            if (--replies_left_ > 0) return Status::good();
            return std::exchange(done_, {})(elapsed_ms(begun_));
    }
}

Error LmtpClient::error(std::string_view what) const {
    constexpr std::array<std::string_view, 6> kWhere = {"greeting", "LHLO", "MAIL",
                                                        "RCPT",     "DATA", "delivery"};
    return fail(Errc::invalid, name_ + ", " +
                                   std::string(kWhere.at(static_cast<std::size_t>(step_))) + ": " +
                                   std::string(what));
}

}  // namespace loam::load
