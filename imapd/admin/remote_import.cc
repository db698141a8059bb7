#include "imapd/admin/remote_import.h"

#include <utility>

#include "imapd/admin/client.h"

namespace loam::admin {
namespace {

/// Values of a row by their keys; what is missing or of another kind makes the row strange.
class RowReader {
  public:
    explicit RowReader(const Row& row) : row_(row) {}
    template <typename T>
    T number(const char* key) {
        const auto found = row_.find(key);
        if (found != row_.end() && found->is_number_integer()) return found->template get<T>();
        strange_ = true;
        return 0;
    }
    std::vector<std::string> texts(const char* key) {
        std::vector<std::string> all;
        const auto found = row_.find(key);
        if (found == row_.end() || !found->is_array()) {
            strange_ = true;
            return all;
        }
        for (const Row& one : *found) {
            const auto* text = one.get_ptr<const std::string*>();
            if (text == nullptr) strange_ = true;
            all.push_back(text == nullptr ? std::string() : *text);
        }
        return all;
    }
    bool strange() const { return strange_; }

  private:
    const Row& row_;
    bool strange_ = false;
};

Error not_understood() {
    return fail(Errc::invalid, "the server's answer is of another kind");
}

Result<ImportedMessage> parse_message(const Row& row) {
    RowReader reader(row);
    const ImportedMessage message{reader.number<std::uint64_t>("size"),
                                  reader.number<std::int64_t>("date")};
    if (reader.strange()) return not_understood();
    return message;
}

}  // namespace

Task<Result<std::unique_ptr<RemoteImport>>> RemoteImport::open(std::unique_ptr<io::Stream> stream,
                                                               std::string user) {
    Request request{.verb = Verb::import_begin, .name = std::move(user)};
    LOAM_CO_TRY_STATUS(co_await ask(*stream, std::move(request), [](const Row&) {}));
    co_return std::unique_ptr<RemoteImport>(new RemoteImport(std::move(stream)));
}

Task<Result<ImportMailbox>> RemoteImport::mailbox(std::string name, bool create) {
    Request request{.verb = Verb::import_mailbox, .mailbox = std::move(name)};
    request.import.create = create;
    Row row;
    LOAM_CO_TRY_STATUS(
        co_await ask(*stream_, std::move(request), [&](const Row& one) { row = one; }));
    RowReader reader(row);
    const ImportMailbox mailbox{reader.number<std::uint32_t>("uidvalidity"),
                                Uid{reader.number<std::uint32_t>("uidnext")}};
    if (reader.strange()) co_return not_understood();
    co_return mailbox;
}

Task<Result<std::optional<ImportedMessage>>> RemoteImport::look(std::string mailbox, Uid uid) {
    Request request{.verb = Verb::import_look, .mailbox = std::move(mailbox)};
    request.import.uid = uid;
    std::optional<Row> row;
    LOAM_CO_TRY_STATUS(
        co_await ask(*stream_, std::move(request), [&](const Row& one) { row = one; }));
    if (!row) co_return std::optional<ImportedMessage>();
    LOAM_CO_TRY(const ImportedMessage message, parse_message(*row));
    co_return std::optional(message);
}

// The answer comes behind the last octet: see finish().
Task<Status> RemoteImport::begin(ImportMessage message) {
    Request request{.verb = Verb::import_message};
    request.import.message = std::move(message);
    LOAM_CO_TRY(std::string line, print_request(request));
    line += "\n";
    co_return co_await stream_->send(as_bytes(line));
}

Task<Status> RemoteImport::write(Bytes octets) {
    if (octets.empty()) co_return Status::good();
    const std::string length = std::to_string(octets.size()) + "\n";
    LOAM_CO_TRY_STATUS(co_await stream_->send(as_bytes(length)));
    co_return co_await stream_->send(octets);
}

Task<Result<ImportedMessage>> RemoteImport::finish() {
    LOAM_CO_TRY_STATUS(co_await stream_->send(as_bytes("0\n")));
    Row row;
    LOAM_CO_TRY_STATUS(co_await read_answer(*stream_, [&](const Row& one) { row = one; }));
    co_return parse_message(row);
}

// That the server has gone shows at the next call.
Task<void> RemoteImport::abandon() {
    const std::string line = std::string(kChunkAbandon) + "\n";
    const Status sent = co_await stream_->send(as_bytes(line));
    if (!sent) co_return;
    const Status answered = co_await read_answer(*stream_, [](const Row&) {});
    if (!answered) stream_->shutdown();
}

Task<Result<std::vector<KeywordsLeftOut>>> RemoteImport::append(std::string mailbox) {
    Request request{.verb = Verb::import_append, .mailbox = std::move(mailbox)};
    std::vector<KeywordsLeftOut> all;
    bool strange = false;
    LOAM_CO_TRY_STATUS(co_await ask(*stream_, std::move(request), [&](const Row& row) {
        RowReader reader(row);
        const auto message = reader.number<std::size_t>("message");
        all.push_back({message, reader.texts("left_out")});
        strange = strange || reader.strange();
    }));
    if (strange) co_return not_understood();
    co_return all;
}

}  // namespace loam::admin
