#include "bench/load/imap_client.h"

#include <memory>
#include <utility>

namespace loam::load {

namespace {

constexpr std::size_t kReadBytes = 256U << 10;

std::string tag_of(std::uint64_t number) {
    return "a" + std::to_string(number);
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

double elapsed_ms(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

Result<std::unique_ptr<ImapClient>> ImapClient::connect(Loop& loop, const Address& address,
                                                        std::string name) {
    LOAM_TRY(const int fd, connect_to(address));
    std::unique_ptr<ImapClient> client(new ImapClient(fd, std::move(name)));
    LOAM_TRY_STATUS(loop.watch(fd, *client));
    return client;
}

void ImapClient::command(std::string text, OnDone done, OnData data) {
    submit({.text = std::move(text),
            .begun = {},
            .done = std::move(done),
            .data = std::move(data),
            .literal = {}});
}

void ImapClient::append(std::string_view mailbox, std::string_view message, OnDone done) {
    LOAM_CHECK(in_flight_.empty());
    std::string text = "APPEND " + quoted(mailbox) + " {" + std::to_string(message.size()) + "}";
    submit({.text = std::move(text),
            .begun = {},
            .done = std::move(done),
            .data = {},
            .literal = message});
}

void ImapClient::idle(OnDone started, OnData data) {
    submit({.text = "IDLE",
            .begun = {},
            .done = std::move(started),
            .data = std::move(data),
            .literal = {},
            .is_idle = true});
}

void ImapClient::submit(Pending pending) {
    stream_.queue(tag_of(next_tag_++));
    stream_.queue(" ");
    stream_.queue(pending.text);
    stream_.queue("\r\n");
    pending.begun = Clock::now();
    in_flight_.push_back(std::move(pending));
}

/// Reads until the socket has nothing more, hands on what came, writes what that led to.
Status ImapClient::on_ready() {
    if (auto sent = stream_.flush(); !sent) return error(sent.error().what);
    while (true) {
        auto got = stream_.receive(reader_.prepare(kReadBytes), kReadBytes);
        if (!got) return error(got.error().what);
        if (*got == 0) return Status::good();
        reader_.commit(*got);
        while (true) {
            auto next = reader_.next();
            if (!next) return error(next.error().what);
            const auto& response = *next;
            if (!response.has_value()) break;
            LOAM_TRY_STATUS(take(*response));
        }
        if (auto sent = stream_.flush(); !sent) return error(sent.error().what);
    }
}

Status ImapClient::take(const Response& response) {
    if (response.status == "BYE") return error("the server said: " + std::string(response.line));
    if (!greeted_) {
        if (response.kind != ResponseKind::untagged || response.status != "OK")
            return error("greeting is not OK: " + std::string(response.line));
        greeted_ = true;
        return Status::good();
    }
    switch (response.kind) {
        case ResponseKind::tagged:
            return take_tagged(response);
        case ResponseKind::continuation:
            return take_continuation();
        case ResponseKind::untagged:
            break;
    }
    if (!in_flight_.empty() && in_flight_.front().data) return in_flight_.front().data(response);
    return Status::good();
}

Status ImapClient::take_tagged(const Response& response) {
    if (in_flight_.empty() || response.tag != tag_of(front_tag_))
        return error("answer to no command in flight: " + std::string(response.line));
    if (response.status != "OK") return error(std::string(response.line));
    const Pending pending = std::move(in_flight_.front());
    in_flight_.pop_front();
    ++front_tag_;
    return pending.is_idle ? error("IDLE ended unasked") : pending.done(elapsed_ms(pending.begun));
}

Status ImapClient::take_continuation() {
    if (in_flight_.empty()) return error("'+' that nobody waits for");
    Pending& pending = in_flight_.front();
    if (pending.is_idle) return pending.done(elapsed_ms(pending.begun));
    if (pending.literal.data() == nullptr) return error("'+' that nobody waits for");
    stream_.queue(std::exchange(pending.literal, {}));
    stream_.queue("\r\n");
    return Status::good();
}

Error ImapClient::error(std::string_view what) const {
    std::string where = name_;
    if (!in_flight_.empty()) where += ", in '" + in_flight_.front().text.substr(0, 80) + "'";
    return fail(Errc::invalid, where + ": " + std::string(what));
}

}  // namespace loam::load
