#include "imapd/cmd/append_message.h"

#include <utility>

#include "imapd/cmd/command_reader.h"
#include "imapd/session/flag_text.h"
#include "imapd/wire/command_text.h"

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

}  // namespace

Task<Result<AppendItem>> take_message(Session& session, AppendMessage message, BeginUpload begin,
                                      std::optional<LiteralSuffix>& pending) {
    LOAM_CO_TRY_STATUS(admit(session, message));
    const std::uint64_t size = message.literal.size_bytes;
    LOAM_CO_TRY(auto upload, begin(size));
    pending.reset();
    if (!message.literal.non_sync) session.writer().continuation("send it");
    Status stored;
    LOAM_CO_TRY_STATUS(co_await receive(session.port(), *upload, size, stored));
    if (stored) stored = judge(session, message, *upload);
    if (!stored) co_return std::move(stored.error());
    co_return make_item(session, std::move(message), std::move(upload));
}

Task<Result<std::optional<AppendMessage>>> read_next_message(
    Session& session, bool utf8, std::optional<LiteralSuffix>& pending) {
    LOAM_CO_TRY(const std::string line, co_await session.port().read_line());
    CommandText text;
    LOAM_CO_TRY(pending, text.add_line(line));
    Lexer lexer(text);
    co_return parse_append_next(lexer, utf8);
}

}  // namespace loam::imap
