#include "imapd/cmd/append_message.h"

#include <utility>

#include "imapd/cmd/catenate.h"
#include "imapd/cmd/command_reader.h"
#include "imapd/session/flag_text.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

constexpr std::int64_t kMicros = 1'000'000;

AppendItem make_item(Session& session, AppendMessage message, std::unique_ptr<Upload> upload) {
    const DateTime now{.unix_seconds = session.port().loop().wall_now() / kMicros};
    const DateTime date = message.date.value_or(now);
    return {.upload = std::move(upload),
            .flags = engine_flags(message.flags.system),
            .keywords = std::move(message.flags.keywords),
            .internal_date_s = date.unix_seconds,
            .internal_zone_min = date.zone_minutes};
}

// RFC 7889 sections 3.3 and 4: what cannot be is told before its octets are asked for.
Task<Result<std::unique_ptr<Upload>>> take_whole(AppendInput& input, const AppendMessage& message,
                                                 MessageRoom room) {
    Session& session = input.session();
    LOAM_CO_TRY_STATUS(admit_literal(session, message.literal, message.utf8));
    LOAM_CO_TRY(auto upload, room.begin(session.account(), message.literal.size_bytes));
    Status stored;
    LOAM_CO_TRY_STATUS(co_await input.take_literal(*upload, stored));
    if (!stored) co_return std::move(stored.error());
    co_return std::move(upload);
}

}  // namespace

Result<std::unique_ptr<Upload>> MessageRoom::begin(Account& account, std::uint64_t size) const {
    return frees ? account.begin_replacement(size, *frees) : account.begin_upload(size, others);
}

Status MessageRoom::check(const Account& account, std::uint64_t size) const {
    return frees ? account.check_replacement(size, *frees) : account.check_upload(size, others);
}

Status admit_literal(const Session& session, const LiteralSuffix& literal, bool utf8) {
    if (literal.non_sync && literal.size_bytes > non_sync_literal_bytes_max(session)) {
        return fail(Errc::invalid, "a literal of more than 4096 octets must be synchronising");
    }
    if (utf8 && !session.rules().append_utf8_header) {
        return fail(Errc::invalid, "UTF8 before ENABLE UTF8=ACCEPT");
    }
    return Status::good();
}

Task<Result<AppendItem>> take_message(AppendInput& input, AppendMessage message, MessageRoom room) {
    Session& session = input.session();
    std::unique_ptr<Upload> upload;
    if (message.catenate) {
        LOAM_CO_TRY(upload, co_await take_parts(input, room));
    } else {
        LOAM_CO_TRY(upload, co_await take_whole(input, message, room));
    }
    LOAM_CO_TRY_STATUS(co_await upload->finish());
    if (upload->has_8bit_header() && !session.rules().append_utf8_header) {
        co_return fail(Errc::unsupported, "8-bit header: enable UTF8=ACCEPT or IMAP4rev2 first");
    }
    co_return make_item(session, std::move(message), std::move(upload));
}

Reply refusal(const AppendInput& input, const Error& error) {
    return input.bad_url ? Reply::no(code_badurl(*input.bad_url), error.what) : reply_for(error);
}

}  // namespace loam::imap
