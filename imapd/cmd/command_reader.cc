#include "imapd/cmd/command_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "imapd/syntax/append.h"

namespace loam::imap {
namespace {

Task<Status> discard_octets(Session& session, std::uint64_t size) {
    if (size > kDiscardBytesMax) {
        // What follows are not commands, so nothing that follows may be read.
        session.writer().untagged(Condition::bye, "TOOBIG", "literal too long to skip");
        session.set_logout();
        co_return fail(Errc::closed, "literal too long to skip");
    }
    while (size > 0) {
        LOAM_CO_TRY(const Bytes bytes, co_await session.port().read_some(size));
        size -= bytes.size();
    }
    co_return Status::good();
}

// The command's rest after a line that was refused for its own sake.
Task<Status> refuse_line(Session& session, std::string_view line, Error why) {
    LOAM_CO_TRY(const auto literal, parse_literal_suffix(line));
    if (literal) {
        LOAM_CO_TRY_STATUS(co_await discard_command(session, *literal));
    }
    co_return why;
}

Task<Status> refuse_literal(Session& session, LiteralSuffix literal, Error why) {
    LOAM_CO_TRY_STATUS(co_await discard_command(session, literal));
    co_return why;
}

}  // namespace

std::uint64_t non_sync_literal_bytes_max(const Session& session) {
    return session.config().literal_plus ? UINT64_MAX : kNonSyncLiteralBytesMax;
}

Status check_argument_literal(const Session& session, const LiteralSuffix& literal,
                              std::size_t before_bytes) {
    if (literal.size_bytes > kArgumentLiteralBytesMax) {
        return fail(Errc::limit, "argument too long");
    }
    if (literal.non_sync && literal.size_bytes > non_sync_literal_bytes_max(session)) {
        return fail(Errc::limit, "a literal of more than 4096 octets must be synchronising");
    }
    if (before_bytes + literal.size_bytes > kCommandBytesMax) {
        return fail(Errc::limit, "command too long");
    }
    return Status::good();
}

Task<Result<std::string>> read_argument(Port& port, std::uint64_t size) {
    std::string octets;
    octets.reserve(size);
    while (octets.size() < size) {
        LOAM_CO_TRY(const Bytes bytes, co_await port.read_some(size - octets.size()));
        octets += as_text(bytes);
    }
    co_return octets;
}

Task<Status> discard_command(Session& session, LiteralSuffix literal) {
    // The client of a synchronising literal waits for "+" or a tagged answer, and hears the latter.
    while (literal.non_sync) {
        LOAM_CO_TRY_STATUS(co_await discard_octets(session, literal.size_bytes));
        LOAM_CO_TRY(const std::string line, co_await session.port().read_line());
        LOAM_CO_TRY(const auto next, parse_literal_suffix(line));
        if (!next) break;
        literal = *next;
    }
    co_return Status::good();
}

Task<Status> read_command(Session& session, CommandText& text) {
    Port& port = session.port();
    text.clear();
    for (;;) {
        LOAM_CO_TRY(const std::string line, co_await port.read_line());
        const auto literal = text.add_line(line);
        if (!literal) co_return co_await refuse_line(session, line, literal.error());
        if (!*literal || append_awaits_message(text)) co_return Status::good();

        const LiteralSuffix wanted = **literal;
        if (Status taken = check_argument_literal(session, wanted, text.size_bytes()); !taken) {
            co_return co_await refuse_literal(session, wanted, std::move(taken.error()));
        }
        if (!wanted.non_sync) session.writer().continuation("go on");
        LOAM_CO_TRY(std::string octets, co_await read_argument(port, wanted.size_bytes));
        LOAM_CO_TRY_STATUS(text.add_literal(std::move(octets)));
    }
}

}  // namespace loam::imap
