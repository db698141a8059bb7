#include "imapd/cmd/fetch_line.h"

#include <algorithm>

#include "imapd/session/flag_text.h"
#include "imapd/session/object_id.h"

namespace loam::imap {
namespace {

// BODY and BODYSTRUCTURE: message/global is described as this session knows it.
void append_structure(std::string& out, const MessageInfo& info, const ModeRules& rules,
                      bool extended) {
    if (!rules.message_global_nested && !info.same_in_every_mode()) {
        out += info.render_body_basic(extended);
    } else if (extended) {
        out += info.bodystructure();
    } else {
        out += info.body();
    }
}

void append_number(ResponseWriter& writer, const FetchPlan::Step& step, std::uint64_t value) {
    writer.raw(step.name).sp().number(value);
}

Status append_binary_size(ResponseWriter& writer, const FetchPlan::Step& step,
                          const MessageInfo& info, bool first) {
    LOAM_TRY(const auto target,
             find_binary(info.structure(), step.item.section, writer.rules().binary_leaf_only));
    if (!target) return fail(Errc::not_found, "no such section");
    if (!first) writer.sp();
    append_number(writer, step, target->bytes);
    return Status::good();
}

std::optional<BinaryTarget> as_stored(const mail::Structure& structure,
                                      std::span<const std::uint32_t> numbers) {
    const auto range = mail::section_range(structure, numbers, mail::SectionText::body);
    if (!range) return std::nullopt;
    const bool has_nul =
        std::ranges::any_of(structure.parts, [](const mail::Part& part) { return part.nul_raw; });
    return BinaryTarget{.offset = range->offset, .bytes = range->bytes, .has_nul = has_nul};
}

}  // namespace

Result<std::optional<BinaryTarget>> find_binary(const mail::Structure& structure,
                                                const SectionSpec& section, bool leaf_only) {
    const auto index = mail::find_section(structure, section.part);
    if (!index) return std::optional<BinaryTarget>();
    const mail::Part& part = structure.parts[*index];
    if (section.part.empty() || !part.leaf()) {
        if (leaf_only) return fail(Errc::unsupported, "that section is not a leaf part");
        return as_stored(structure, section.part);
    }
    if (part.transfer == mail::Encoding::unknown) {
        return fail(Errc::unknown_cte, "cannot decode that section");
    }
    return std::optional(BinaryTarget{
        .decoded = true, .part = *index, .bytes = part.decoded_bytes, .has_nul = part.nul_decoded});
}

void append_flags_item(Session& session, const FetchSubject& subject, bool first) {
    session.out() += first ? "FLAGS " : " FLAGS ";
    append_flags(session.out(), *subject.row, session.view()->mailbox().row().keywords,
                 subject.recent);
}

Status append_item(Session& session, const FetchPlan::Step& step, const FetchSubject& subject,
                   bool first) {
    ResponseWriter writer = session.writer();
    if (step.item.kind == FetchKind::binary_size) {
        return append_binary_size(writer, step, *subject.info, first);
    }
    if (!first) writer.sp();
    const MessageRow& row = *subject.row;
    std::string& out = session.out();
    switch (step.item.kind) {
        case FetchKind::uid:
            append_number(writer, step, row.uid.value);
            break;
        case FetchKind::size:
            append_number(writer, step, row.size);
            break;
        case FetchKind::modseq:
            session.view()->append_modseq(out, row);
            break;
        case FetchKind::flags:
            append_flags_item(session, subject, true);
            break;
        case FetchKind::internal_date:
            writer.raw("INTERNALDATE ")
                .date_time(
                    {.unix_seconds = row.internal_date_s, .zone_minutes = row.internal_zone_min});
            break;
        case FetchKind::email_id:
            writer.raw("EMAILID (").raw(email_object_id(session.account().id(), row.cid)).close();
            break;
        case FetchKind::thread_id:
            writer.raw("THREADID NIL");  // we thread nothing yet: RFC 8474 section 5.2
            break;
        case FetchKind::save_date:
            writer.raw("SAVEDATE ").date_time({.unix_seconds = row.save_date_s, .zone_minutes = 0});
            break;
        case FetchKind::preview_lazy:
            writer.raw("PREVIEW ").nstring(session.account().known_preview(row.cid));
            break;
        case FetchKind::envelope:
            writer.raw("ENVELOPE ").raw(subject.info->envelope());
            break;
        case FetchKind::body:
        case FetchKind::body_structure:
            writer.raw(step.name).sp();
            append_structure(out, *subject.info, session.rules(),
                             step.item.kind == FetchKind::body_structure);
            break;
        default:
            LOAM_CHECK(false);
    }
    return Status::good();
}

}  // namespace loam::imap
