#include "imapd/syntax/fetch.h"

#include <algorithm>

#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

/// Whether a name is followed by a section.
enum class Shape { plain, section, binary };

struct Row {
    std::string_view name;
    FetchKind kind;
    Shape shape = Shape::plain;
    bool peek = false;
};
// "BODY" stands twice: its shape is known from what follows.
constexpr Row kRows[] = {
    {"ENVELOPE", FetchKind::envelope},
    {"FLAGS", FetchKind::flags},
    {"INTERNALDATE", FetchKind::internal_date},
    {"RFC822.SIZE", FetchKind::size},
    {"BODY", FetchKind::body},
    {"BODYSTRUCTURE", FetchKind::body_structure},
    {"UID", FetchKind::uid},
    {"MODSEQ", FetchKind::modseq},
    {"EMAILID", FetchKind::email_id},
    {"THREADID", FetchKind::thread_id},
    {"SAVEDATE", FetchKind::save_date},
    {"PREVIEW", FetchKind::preview},
    {"PREVIEW", FetchKind::preview_lazy},
    {"RFC822", FetchKind::rfc822},
    {"RFC822.HEADER", FetchKind::rfc822_header},
    {"RFC822.TEXT", FetchKind::rfc822_text},
    {"BODY", FetchKind::section, Shape::section},
    {"BODY.PEEK", FetchKind::section, Shape::section, true},
    {"BINARY", FetchKind::binary, Shape::binary},
    {"BINARY.PEEK", FetchKind::binary, Shape::binary, true},
    {"BINARY.SIZE", FetchKind::binary_size, Shape::binary},
};

const Row* find_row(std::string_view name, bool section) {
    for (const Row& row : kRows)
        if ((row.shape != Shape::plain) == section && ascii_iequals(row.name, name)) return &row;
    return nullptr;
}

std::string_view name_of(const FetchItem& item) {
    for (const Row& row : kRows)
        if (row.kind == item.kind && row.peek == item.peek) return row.name;
    return {};
}

bool has_section(FetchKind kind) {
    return kind == FetchKind::section || kind == FetchKind::binary ||
           kind == FetchKind::binary_size;
}

// SP "(LAZY)", RFC 8970 section 6. Another parenthesis belongs to the modifiers of FETCH.
bool accept_lazy(Lexer& lexer) {
    Lexer ahead = lexer;
    if (!ahead.accept(' ') || !ahead.accept('(') || !ahead.accept_word("LAZY")) return false;
    while (ahead.accept(' ')) {
        if (!ahead.accept_word("LAZY")) return false;
    }
    if (!ahead.accept(')')) return false;
    lexer = ahead;
    return true;
}

Result<FetchItem> parse_item(Lexer& lexer) {
    const Lexer start = lexer;
    LOAM_TRY(const std::string_view name, lexer.label());
    const Row* row = find_row(name, lexer.peek() == '[');
    if (row == nullptr) return start.expected("a FETCH item");
    FetchItem item{.kind = row->kind, .peek = row->peek};
    if (item.kind == FetchKind::preview && accept_lazy(lexer)) item.kind = FetchKind::preview_lazy;
    if (row->shape == Shape::section) {
        LOAM_TRY(item.section, parse_section(lexer));
    } else if (row->shape == Shape::binary) {
        LOAM_TRY(item.section, parse_section_binary(lexer));
    }
    if (row->kind == FetchKind::section || row->kind == FetchKind::binary) {
        LOAM_TRY(item.partial, parse_partial(lexer));
    }
    return item;
}

Status add_item(FetchArgs& args, FetchItem item) {
    if (std::ranges::find(args.items, item) != args.items.end()) return Status::good();
    if (args.items.size() == kFetchItemsMax) return fail(Errc::limit, "FETCH: too many items");
    args.items.push_back(std::move(item));
    return Status::good();
}

// ALL, FAST, FULL: RFC 9051 section 6.4.5
bool accept_macro(Lexer& lexer, FetchArgs& args) {
    const bool full = lexer.accept_word("FULL");
    const bool all = full || lexer.accept_word("ALL");
    if (!all && !lexer.accept_word("FAST")) return false;
    for (const FetchKind kind : {FetchKind::flags, FetchKind::internal_date, FetchKind::size})
        args.items.push_back({.kind = kind});
    if (all) args.items.push_back({.kind = FetchKind::envelope});
    if (full) args.items.push_back({.kind = FetchKind::body});
    return true;
}

Status parse_items(Lexer& lexer, FetchArgs& args) {
    if (accept_macro(lexer, args)) return Status::good();
    const bool several = lexer.accept('(');
    do {
        LOAM_TRY(FetchItem item, parse_item(lexer));
        LOAM_TRY_STATUS(add_item(args, std::move(item)));
    } while (several && lexer.accept(' '));
    return several ? lexer.expect(')') : Status::good();
}

// fetch-modifiers of RFC 7162 section 7 and RFC 9394 section 4, after their SP
Status parse_modifiers(Lexer& lexer, FetchArgs& args) {
    LOAM_TRY_STATUS(lexer.expect('('));
    do {
        if (!args.changed_since && lexer.accept_word("CHANGEDSINCE")) {
            LOAM_TRY_STATUS(lexer.sp());
            LOAM_TRY(args.changed_since, lexer.nz_number64());
        } else if (!args.vanished && lexer.accept_word("VANISHED")) {
            args.vanished = true;
        } else if (!args.range && lexer.accept_word("PARTIAL")) {
            LOAM_TRY_STATUS(lexer.sp());
            LOAM_TRY(args.range, parse_partial_range(lexer));
        } else {
            return lexer.expected("CHANGEDSINCE, VANISHED or PARTIAL");
        }
    } while (lexer.accept(' '));
    if (args.vanished && (!args.by_uid || !args.changed_since))
        return lexer.fault("VANISHED without UID FETCH and CHANGEDSINCE");
    if (args.range && !args.by_uid) return lexer.fault("PARTIAL without UID FETCH");
    return lexer.expect(')');
}

}  // namespace

bool FetchItem::sets_seen() const {
    const bool content = kind == FetchKind::section || kind == FetchKind::binary ||
                         kind == FetchKind::rfc822 || kind == FetchKind::rfc822_text;
    return content && !peek;
}

bool FetchArgs::has(FetchKind kind) const {
    return std::ranges::find(items, kind, &FetchItem::kind) != items.end();
}

Result<FetchArgs> parse_fetch(Lexer& lexer, const ParseContext& context) {
    FetchArgs args{.by_uid = context.by_uid};
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(const std::string_view set, lexer.set_text());
    LOAM_TRY(args.set, parse_sequence_set(set));
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY_STATUS(parse_items(lexer, args));
    if (lexer.accept(' ')) LOAM_TRY_STATUS(parse_modifiers(lexer, args));
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

std::string response_name(const FetchItem& item) {
    FetchItem answered = item;
    answered.peek = false;
    std::string out(name_of(answered));
    if (has_section(item.kind)) out += to_string(item.section);
    if (item.partial) out += '<' + std::to_string(item.partial->origin) + '>';
    return out;
}

std::string to_string(const FetchItem& item) {
    std::string out(name_of(item));
    if (item.kind == FetchKind::preview_lazy) out += " (LAZY)";
    if (has_section(item.kind)) out += to_string(item.section);
    if (item.partial)
        out += '<' + std::to_string(item.partial->origin) + '.' +
               std::to_string(item.partial->count) + '>';
    return out;
}

std::string to_string(const FetchArgs& args) {
    std::string out = to_string(args.set);
    for (std::size_t i = 0; i < args.items.size(); ++i)
        out += (i == 0 ? " (" : " ") + to_string(args.items[i]);
    out += ')';
    std::string modifiers;
    if (args.changed_since) modifiers += " CHANGEDSINCE " + std::to_string(*args.changed_since);
    if (args.vanished) modifiers += " VANISHED";
    if (args.range) modifiers += " PARTIAL " + to_string(*args.range);
    if (modifiers.empty()) return out;
    return out + " (" + modifiers.substr(1) + ")";
}

}  // namespace loam::imap
