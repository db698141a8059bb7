#include "imapd/session/flag_text.h"

#include <bit>
#include <string_view>

namespace loam::imap {
namespace {

struct Name {
    std::uint8_t engine;
    SystemFlag wire;
    std::string_view text;
};
constexpr Name kNames[] = {
    {kFlagAnswered, flag_answered, "\\Answered"}, {kFlagFlagged, flag_flagged, "\\Flagged"},
    {kFlagDeleted, flag_deleted, "\\Deleted"},    {kFlagSeen, flag_seen, "\\Seen"},
    {kFlagDraft, flag_draft, "\\Draft"},
};

}  // namespace

std::uint8_t engine_flags(std::uint8_t system_flags) {
    std::uint8_t out = 0;
    for (const Name& name : kNames) {
        if ((system_flags & name.wire) != 0) out = static_cast<std::uint8_t>(out | name.engine);
    }
    return out;
}

void append_flags(std::string& out, const MessageRow& row, std::span<const std::string> names,
                  bool recent) {
    out += '(';
    const std::size_t start = out.size();
    for (const Name& name : kNames) {
        if ((row.flags & name.engine) == 0) continue;
        out += name.text;
        out += ' ';
    }
    if (recent) out += "\\Recent ";
    for (std::uint64_t left = row.keywords; left != 0; left &= left - 1) {
        const auto bit = static_cast<std::size_t>(std::countr_zero(left));
        if (bit >= names.size()) break;
        out += names[bit];
        out += ' ';
    }
    if (out.size() == start) {
        out += ')';
    } else {
        out.back() = ')';
    }
}

FlagNames defined_flags(std::span<const std::string> keywords) {
    return {.system = kSystemFlagsAll, .keywords = {keywords.begin(), keywords.end()}};
}

FlagChange flag_change(FlagChange::How how, const FlagNames& flags) {
    return {.how = how, .flags = engine_flags(flags.system), .keywords = flags.keywords};
}

}  // namespace loam::imap
