#include "imapd/admin/import_requests.h"

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/check.h"

namespace loam::admin {
namespace {

/// A chunk's octets, 0 at the end of a message; none: the caller gave it up.
Result<std::optional<std::uint64_t>> parse_chunk(const std::string& line) {
    if (line == kChunkAbandon) return std::optional<std::uint64_t>();
    std::uint64_t count = 0;
    const char* end = line.data() + line.size();
    const auto [at, error] = std::from_chars(line.data(), end, count);
    if (error != std::errc() || at != end) return fail(Errc::closed, "import: no chunk's length");
    return std::optional(count);
}

Row describe(const ImportedMessage& message) {
    return Row{{"size", message.size}, {"date", message.date_s}};
}

Task<Status> tell_mailbox(StoreImport& target, Request request, Caller& caller) {
    auto asked = target.mailbox(std::move(request.mailbox), request.import.create);
    LOAM_CO_TRY(const ImportMailbox mailbox, co_await std::move(asked));
    co_return co_await caller.put(
        Row{{"uidvalidity", mailbox.uidvalidity}, {"uidnext", mailbox.uidnext.value}});
}

Task<Status> tell_message(StoreImport& target, Request request, Caller& caller) {
    auto asked = target.look(std::move(request.mailbox), request.import.uid);
    LOAM_CO_TRY(const std::optional<ImportedMessage> message, co_await std::move(asked));
    if (!message) co_return Status::good();
    co_return co_await caller.put(describe(*message));
}

}  // namespace

Task<Status> ImportRequests::perform(Request request, CallerInput& input, Caller& caller) {
    if (request.verb == Verb::import_begin) co_return co_await open(std::move(request.name));
    if (request.verb == Verb::import_message)
        co_return co_await take_message(std::move(request.import.message), input, caller);
    if (!target_) co_return fail(Errc::invalid, "no import was begun");
    if (request.verb == Verb::import_mailbox)
        co_return co_await tell_mailbox(*target_, std::move(request), caller);
    if (request.verb == Verb::import_look)
        co_return co_await tell_message(*target_, std::move(request), caller);
    LOAM_CHECK(request.verb == Verb::import_append);
    co_return co_await append(std::move(request.mailbox), caller);
}

Task<Status> ImportRequests::open(std::string user) {
    co_await close();
    LOAM_CO_TRY(target_, co_await StoreImport::open(store_, here_, std::move(user)));
    co_return Status::good();
}

Task<void> ImportRequests::close() {
    if (!target_) co_return;
    co_await target_->close();
    target_.reset();
}

// Whatever becomes of the message, its octets are taken: they are sent without waiting for a word.
Task<Status> ImportRequests::take_message(ImportMessage message, CallerInput& input,
                                          Caller& caller) {
    Status taken = fail(Errc::invalid, "no import was begun");
    if (target_) taken = co_await target_->begin(std::move(message));
    for (;;) {
        LOAM_CO_TRY(const std::string line, co_await input.read_line());
        LOAM_CO_TRY(const std::optional<std::uint64_t> count, parse_chunk(line));
        if (!count && target_) co_await target_->abandon();
        if (!count) co_return Status::good();
        if (*count == 0) break;
        LOAM_CO_TRY_STATUS(co_await take_octets(*count, input, taken));
    }
    if (!taken) co_return taken;
    LOAM_CO_TRY(const ImportedMessage imported, co_await target_->finish());
    co_return co_await caller.put(describe(imported));
}

Task<Status> ImportRequests::take_octets(std::uint64_t count, CallerInput& input, Status& taken) {
    while (count > 0) {
        LOAM_CO_TRY(const Bytes octets, co_await input.read_octets(count));
        count -= octets.size();
        if (taken) taken = co_await target_->write(octets);
    }
    co_return Status::good();
}

Task<Status> ImportRequests::append(std::string mailbox, Caller& caller) {
    auto appending = target_->append(std::move(mailbox));
    LOAM_CO_TRY(const std::vector<KeywordsLeftOut> all, co_await std::move(appending));
    for (const KeywordsLeftOut& one : all) {
        LOAM_CO_TRY_STATUS(
            co_await caller.put(Row{{"message", one.message}, {"left_out", one.keywords}}));
    }
    co_return Status::good();
}

}  // namespace loam::admin
