#include "imapd/admin/server.h"

#include <chrono>
#include <optional>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "imapd/admin/import_requests.h"
#include "imapd/admin/perform.h"
#include "imapd/wire/input_buffer.h"

namespace loam::admin {
namespace {

/// Pause after accept() found no file descriptor left.
constexpr std::chrono::milliseconds kAcceptPause{100};
/// A request has to arrive, and each piece of an answer to be taken, within so much; else the
/// connection ends, so that nobody keeps a place for nothing.
constexpr std::chrono::seconds kPatience{30};
/// Rows are sent together until they are about as many octets.
constexpr std::size_t kOutputBytesMax = 32U << 10;

/// The user at the other end, as the kernel knows it.
std::optional<std::uint32_t> user_behind(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
    return peer.uid;
}

/// Ends a stream on which an operation takes too long.
class Patience {
  public:
    Patience(io::Loop& loop, io::Stream& stream)
        : loop_(loop),
          timer_(loop.call_at(loop.now() + kPatience, [&stream] { stream.shutdown(); })) {}
    Patience(const Patience&) = delete;
    Patience& operator=(const Patience&) = delete;
    ~Patience() { loop_.cancel(timer_); }

  private:
    io::Loop& loop_;
    const io::Loop::TimerId timer_;
};

bool is_import(Verb verb) {
    return verb >= Verb::import_begin && verb <= Verb::import_append;
}

/// Of an import its begin stands for all.
bool is_told(Verb verb) {
    const bool reads = verb == Verb::stats || verb == Verb::search || verb == Verb::user_list;
    return !reads && (!is_import(verb) || verb == Verb::import_begin);
}

}  // namespace

/// One connection.
class AdminServer::Client final : public Caller, public CallerInput {
  public:
    Client(AdminServer& server, std::unique_ptr<io::Stream> stream, std::uint32_t user)
        : user(user),
          imports(server.store_, server.loop_),
          server_(server),
          stream_(std::move(stream)),
          input_(kRequestBytesMax) {
        server_.clients_.insert(stream_.get());
    }
    ~Client() override { server_.clients_.erase(stream_.get()); }

    Task<Status> put(Row row) override {
        out_ += print_row(row) + "\n";
        if (out_.size() >= kOutputBytesMax) {
            LOAM_CO_TRY_STATUS(co_await flush());
        }
        co_return Status::good();
    }
    bool gone() const override { return server_.stopping_; }
    void end_sessions(AccountId account) override { server_.end_sessions_(account); }

    void end_answer(const Status& end) { out_ += print_end(end) + "\n"; }
    Task<Status> flush() {
        const Patience patience(server_.loop_, *stream_);
        const std::string sending = std::exchange(out_, {});
        co_return co_await stream_->send(as_bytes(sending));
    }
    Task<Result<std::string>> read_line() override {
        const Patience patience(server_.loop_, *stream_);
        for (;;) {
            if (auto line = input_.take_line()) co_return *std::move(line);
            LOAM_CO_TRY_STATUS(co_await receive());
        }
    }
    Task<Result<Bytes>> read_octets(std::uint64_t max) override {
        const Patience patience(server_.loop_, *stream_);
        if (input_.empty()) {
            LOAM_CO_TRY_STATUS(co_await receive());
        }
        co_return input_.take(max);
    }
    void hang_up() { stream_->shutdown(); }

    const std::uint32_t user;
    ImportRequests imports;

  private:
    Task<Status> receive() {
        LOAM_CO_TRY(const io::Received received, co_await stream_->receive());
        if (received.empty()) co_return fail(Errc::closed, "the client went away");
        input_.append(received.bytes());
        co_return Status::good();
    }

    AdminServer& server_;
    std::unique_ptr<io::Stream> stream_;
    imap::InputBuffer input_;
    std::string out_;
};

Status AdminServer::listen() {
    LOAM_TRY(place_, StoreSocket::open(store_.options().path));
    // Whoever left it there is gone: the store is ours alone.
    place_->remove();
    LOAM_TRY(listener_, net_.listen(place_->address()));
    gate_.spawn(accept());
    return {};
}

Task<void> AdminServer::accept() {
    while (!stopping_) {
        auto stream = co_await listener_->accept();
        if (stream) {
            gate_.spawn(serve(*std::move(stream)));
            continue;
        }
        if (stream.error().code == Errc::closed) co_return;
        spdlog::warn("admin: {}", stream.error().what);
        co_await io::sleep_until(loop_, loop_.now() + kAcceptPause);
    }
}

Task<void> AdminServer::serve(std::unique_ptr<io::Stream> stream) {
    // Streams do not know users; the socket inside does.
    const int socket = stream->release();
    const std::optional<std::uint32_t> user = user_behind(socket);
    Client client(*this, net_.adopt(socket), user.value_or(UINT32_MAX));
    const bool trusted = user && (*user == 0 || *user == geteuid() || *user == place_->owner());
    Status end;
    if (!trusted) {
        spdlog::warn("admin: user {} of this machine is refused", client.user);
        client.end_answer(fail(Errc::invalid, "only the store's owner and root may ask"));
        end = co_await client.flush();
    } else if (clients_.size() > kClientsMax) {
        client.end_answer(fail(Errc::busy, "too many ask at once, try again"));
        end = co_await client.flush();
    } else {
        end = co_await serve_requests(client);
        co_await client.imports.close();
    }
    if (!end && end.error().code != Errc::closed) spdlog::info("admin: {}", end.error().what);
    client.hang_up();
}

Task<Status> AdminServer::serve_requests(Client& client) {
    bool open = true;
    while (open && !stopping_) {
        const auto line = co_await client.read_line();
        if (line) {
            open = co_await run(client, *line);
        } else if (line.error().code == Errc::limit) {
            client.end_answer(fail(Errc::invalid, "the request is too long"));
            open = !client.imports.begun();
        } else {
            co_return line.error();
        }
        LOAM_CO_TRY_STATUS(co_await client.flush());
    }
    co_return Status::good();
}

Task<bool> AdminServer::run(Client& client, const std::string& line) {
    auto request = parse_request(line);
    if (!request) {
        client.end_answer(request.error());
        // Octets of a message may follow that nobody should take for a request.
        co_return !client.imports.begun();
    }
    const Verb verb = request->verb;
    const std::string name = request->name;
    auto work = is_import(verb) ? client.imports.perform(*std::move(request), client, client)
                                : perform(store_, loop_, *std::move(request), client);
    const Status end = co_await std::move(work);
    if (is_told(verb)) {
        spdlog::info("admin: {} {}, asked by user {}: {}", name_of(verb), name, client.user,
                     end ? "done" : end.error().what);
    }
    client.end_answer(end);
    co_return end || end.error().code != Errc::closed;
}

Task<void> AdminServer::stop() {
    stopping_ = true;
    if (listener_) listener_->shutdown();
    const std::vector<io::Stream*> clients(clients_.begin(), clients_.end());
    for (io::Stream* client : clients)
        client->shutdown();
    co_await gate_.close();
    listener_.reset();
    if (place_) place_->remove();
}

}  // namespace loam::admin
