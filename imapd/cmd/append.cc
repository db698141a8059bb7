#include "imapd/syntax/append.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "imapd/cmd/command_reader.h"
#include "imapd/cmd/runners.h"
#include "imapd/session/flag_text.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

constexpr std::int64_t kMicros = 1'000'000;

// Streams the literal into the upload. All its octets are read, even when the upload fails on the
// way: only then is the client's next octet a command again. `stored` is what the upload said; the
// returned status is about the connection.
Task<Status> receive(Port& port, Upload& upload, std::uint64_t size, Status& stored) {
    while (size > 0) {
        LOAM_CO_TRY(const Bytes bytes, co_await port.read_some(size));
        size -= bytes.size();
        if (stored) stored = co_await upload.write(bytes);
    }
    if (stored) stored = co_await upload.finish();
    co_return Status::good();
}

// What may not be stored although it came: D10 of the names and octets we take.
Status judge(const Session& session, const AppendMessage& message, const Upload& upload) {
    if (upload.has_nul() && !message.literal.binary) {
        return fail(Errc::invalid, "NUL in a literal that is not literal8");
    }
    if (upload.has_8bit_header() && !session.rules().append_utf8_header) {
        return fail(Errc::unsupported, "8-bit header: enable UTF8=ACCEPT or IMAP4rev2 first");
    }
    return Status::good();
}

// Before the literal is asked for: RFC 7888 section 7, RFC 7889 sections 3.3 and 4.
Status admit(const Session& session, const AppendMessage& message) {
    const LiteralSuffix& literal = message.literal;
    if (literal.non_sync && literal.size_bytes > non_sync_literal_bytes_max(session)) {
        return fail(Errc::invalid, "a literal of more than 4096 octets must be synchronising");
    }
    if (message.utf8 && !session.rules().append_utf8_header) {
        return fail(Errc::invalid, "UTF8 before ENABLE UTF8=ACCEPT");
    }
    return Status::good();
}

AppendItem make_item(Session& session, AppendMessage message, std::unique_ptr<Upload> upload) {
    const DateTime now{.unix_seconds = session.port().loop().wall_now() / kMicros};
    const DateTime date = message.date.value_or(now);
    return {.upload = std::move(upload),
            .flags = engine_flags(message.flags.system),
            .keywords = std::move(message.flags.keywords),
            .internal_date_s = date.unix_seconds,
            .internal_zone_min = date.zone_minutes};
}

// Takes the message that `pending` announces; `others` came before it in the same command.
// `pending` goes down once its octets are asked for.
Task<Result<AppendItem>> take_message(Session& session, AppendMessage message,
                                      std::span<const AppendItem> others,
                                      std::optional<LiteralSuffix>& pending) {
    LOAM_CO_TRY_STATUS(admit(session, message));
    const std::uint64_t size = message.literal.size_bytes;
    LOAM_CO_TRY(auto upload, session.account().begin_upload(size, others));
    pending.reset();
    if (!message.literal.non_sync) session.writer().continuation("send it");
    Status stored;
    LOAM_CO_TRY_STATUS(co_await receive(session.port(), *upload, size, stored));
    if (stored) stored = judge(session, message, *upload);
    if (!stored) co_return std::move(stored.error());
    co_return make_item(session, std::move(message), std::move(upload));
}

Task<Result<Reply>> store_all(Session& session, MailboxId target, std::vector<AppendItem> items) {
    const bool empty =
        std::ranges::any_of(items, [](const AppendItem& item) { return item.upload->size() == 0; });
    if (empty) co_return Reply::no("an empty message is not stored");  // RFC 3502: given up
    const auto done = co_await session.account().append(target, std::move(items));
    if (!done && done.error().code == Errc::not_found) {
        co_return Reply::no("TRYCREATE", "the mailbox is gone");
    }
    if (!done) co_return done.error();
    NumSet uids;
    for (const Uid uid : done->uids)
        uids.add(uid.value);
    co_return Reply::ok(code_appenduid(done->uidvalidity, uids), "stored");
}

// The line after a message: the next one's announcement, or the end.
Task<Result<std::optional<AppendMessage>>> read_next(Session& session, bool utf8,
                                                     std::optional<LiteralSuffix>& pending) {
    LOAM_CO_TRY(const std::string line, co_await session.port().read_line());
    CommandText text;
    LOAM_CO_TRY(pending, text.add_line(line));
    Lexer lexer(text);
    co_return parse_append_next(lexer, utf8);
}

}  // namespace

/// APPEND: RFC 9051 section 6.3.12, RFC 3516 section 4.4. MULTIAPPEND: RFC 3502 section 6.3.11; all
/// or nothing.
Task<Result<Reply>> run_append(Session& session, Command& command) {
    LOAM_CO_TRY(AppendHead head, parse_append_head(command.lexer, command.context));
    const auto target = session.account().find_mailbox(head.mailbox.name);
    if (!target) co_return Reply::no("TRYCREATE", "no such mailbox");

    std::vector<AppendItem> items;
    std::optional<AppendMessage> message = std::move(head.message);
    std::optional<Error> failed;
    while (message) {
        const bool utf8 = message->utf8;
        auto item = co_await take_message(session, *std::move(message), items, command.pending);
        if (!item && command.pending) co_return item.error();  // refused before its octets came
        if (item) {
            items.push_back(*std::move(item));
        } else {
            failed = std::move(item.error());
        }
        LOAM_CO_TRY(message, co_await read_next(session, utf8, command.pending));
        if (failed) co_return std::move(*failed);  // the rest of the command is thrown away
    }
    co_return co_await store_all(session, *target, std::move(items));
}

}  // namespace loam::imap
