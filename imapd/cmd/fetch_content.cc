#include "imapd/cmd/fetch_content.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "imapd/cmd/section_content.h"

namespace loam::imap {
namespace {

// What FETCH BODY[...] may not carry: RFC 9051 section 4.3.1. The length stays.
void replace_nul(std::string& out, std::size_t from) {
    std::replace(out.begin() + static_cast<std::ptrdiff_t>(from), out.end(), '\0', '\x80');
}

// The obsolete items name sections of the message: RFC 3501 section 6.4.5.
SectionSpec section_of(const FetchItem& item) {
    SectionSpec section = item.section;
    if (item.kind == FetchKind::rfc822_header) section.text = SectionText::header;
    if (item.kind == FetchKind::rfc822_text) section.text = SectionText::text;
    return section;
}

// Output so far may go before more comes: a slow client stops us here and nowhere else.
Task<Status> drain(Session& session) {
    if (session.out().size() < kOutputBytesSoftMax) co_return Status::good();
    co_return co_await session.port().flush();
}

void begin_item(Session& session, const FetchPlan::Step& step, bool first) {
    ResponseWriter writer = session.writer();
    if (!first) writer.sp();
    writer.raw(step.name).sp();
}

enum class Nul : std::uint8_t { as_0x80, literal8 };

// The reader's octets as one literal. The first octets are at hand before anything is written.
Task<Status> stream(Session& session, const FetchPlan::Step& step,
                    std::unique_ptr<ContentReader> reader, Nul nul, bool first) {
    std::uint64_t left = reader->size();
    auto chunk = co_await reader->next();
    if (!chunk) co_return std::move(chunk.error());
    begin_item(session, step, first);
    if (left == 0) {
        // Some clients, curl among them, look for a literal and nothing else.
        session.writer().literal_header(0);
        co_return Status::good();
    }
    if (nul == Nul::literal8) {
        session.writer().literal8_header(left);
    } else {
        session.writer().literal_header(left);
    }
    while (left > 0) {
        if (!chunk || chunk->empty() || chunk->size() > left) {
            session.port().abort();
            co_return fail(Errc::closed, "content ended within its literal");
        }
        const std::size_t from = session.out().size();
        session.out() += as_text(*chunk);
        if (nul == Nul::as_0x80) replace_nul(session.out(), from);
        left -= chunk->size();
        LOAM_CO_TRY_STATUS(co_await drain(session));
        if (left > 0) chunk = co_await reader->next();
    }
    co_return Status::good();
}

// BODY[HEADER.FIELDS (...)]: RFC 9051 section 6.4.5.1.
Task<Status> filtered_header(Session& session, const FetchPlan::Step& step, Cid cid,
                             mail::OctetRange range, bool first) {
    LOAM_CO_TRY(const std::string fields,
                co_await read_fields(session.account(), cid, range, step.item.section));
    const mail::OctetRange wanted = cut({0, fields.size()}, step.item.partial);
    begin_item(session, step, first);
    session.writer().literal_header(wanted.bytes);
    const std::size_t from = session.out().size();
    session.out().append(fields, wanted.offset, wanted.bytes);
    replace_nul(session.out(), from);
    co_return Status::good();
}

void append_nil(Session& session, const FetchPlan::Step& step, bool first) {
    begin_item(session, step, first);
    session.out() += "NIL";
}

Task<Status> stream_section(Session& session, const FetchPlan::Step& step, FetchSubject subject,
                            bool first) {
    const FetchItem& item = step.item;
    const Cid cid = subject.row->cid;
    const auto range = section_octets(subject.info->structure(), section_of(item));
    if (!range) {
        append_nil(session, step, first);
        co_return Status::good();
    }
    if (picks_fields(item.section))
        co_return co_await filtered_header(session, step, cid, *range, first);
    const mail::OctetRange wanted = cut(*range, item.partial);
    LOAM_CO_TRY(auto reader, co_await session.account().read_raw(cid, wanted.offset, wanted.bytes));
    co_return co_await stream(session, step, std::move(reader), Nul::as_0x80, first);
}

// BINARY: RFC 3516 sections 3, 4.2 and 4.3.
Task<Status> stream_binary(Session& session, const FetchPlan::Step& step, FetchSubject subject,
                           bool first) {
    const FetchItem& item = step.item;
    const Cid cid = subject.row->cid;
    LOAM_CO_TRY(const auto target, find_binary(subject.info->structure(), item.section,
                                               session.rules().binary_leaf_only));
    if (!target) {
        append_nil(session, step, first);
        co_return Status::good();
    }
    const mail::OctetRange wanted = cut({0, target->bytes}, item.partial);
    const Nul nul = target->has_nul ? Nul::literal8 : Nul::as_0x80;
    if (target->decoded) {
        LOAM_CO_TRY(auto reader, co_await session.account().read_decoded(
                                     cid, target->part, wanted.offset, wanted.bytes));
        co_return co_await stream(session, step, std::move(reader), nul, first);
    }
    LOAM_CO_TRY(auto reader, co_await session.account().read_raw(
                                 cid, target->offset + wanted.offset, wanted.bytes));
    co_return co_await stream(session, step, std::move(reader), nul, first);
}

// RFC 8970 section 3.2.
Task<Status> write_preview(Session& session, Cid content, bool first) {
    LOAM_CO_TRY(const std::string words, co_await session.account().preview(content));
    ResponseWriter writer = session.writer();
    if (!first) writer.sp();
    writer.raw("PREVIEW ").string(words);
    co_return Status::good();
}

}  // namespace

Task<Status> stream_item(Session& session, const FetchPlan::Step& step, FetchSubject subject,
                         bool first) {
    if (step.item.kind == FetchKind::binary) {
        co_return co_await stream_binary(session, step, subject, first);
    }
    if (step.item.kind == FetchKind::preview) {
        co_return co_await write_preview(session, subject.row->cid, first);
    }
    co_return co_await stream_section(session, step, subject, first);
}

}  // namespace loam::imap
