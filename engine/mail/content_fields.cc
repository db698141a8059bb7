#include "engine/mail/content_fields.h"

#include <algorithm>

#include "engine/mail/field_lexer.h"
#include "engine/mail/header.h"

namespace loam::mail {

namespace {

constexpr std::size_t kLanguagesMax = 100;
// What ends a token of RFC 2045 section 5.1, without the octets that writers put in nevertheless.
constexpr std::string_view kTokenEnds = ";(/=\",<>";

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    }
    return out;
}

std::string token(FieldLexer& lexer) {
    lexer.skip_cfws();
    if (lexer.peek() == '"') return lexer.quoted_string();
    return std::string(lexer.run_until(kTokenEnds));
}

bool usable(std::string_view text) {
    return !text.empty() && text.size() <= kTokenBytesMax &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
}

// RFC 2045 section 5.2 makes text/plain of what makes no sense. A lone type is still a hint.
void default_for(std::string_view type, Part& part) {
    part.malformed = true;
    part.type = "text";
    part.subtype = "plain";
    if (equal_nocase(type, "multipart")) {
        part.type = "multipart";
        part.subtype = "mixed";
    } else if (usable(type) && !equal_nocase(type, "text")) {
        part.type = "application";
        part.subtype = "octet-stream";
    }
}

void read_type(std::string_view body, Part& part) {
    FieldLexer lexer(body);
    std::string type = token(lexer);
    lexer.skip_cfws();
    std::string subtype;
    if (lexer.take('/')) subtype = token(lexer);
    if (usable(type) && usable(subtype)) {
        part.type = std::move(type);
        part.subtype = std::move(subtype);
    } else {
        default_for(type, part);
    }
    part.params = parse_params(lexer.rest(), part.malformed);
}

Encoding transfer_of(std::string_view name) {
    if (name == "7BIT" || name == "8BIT" || name == "BINARY") return Encoding::identity;
    for (const std::string_view misspelt : {"7-BIT", "8-BIT", "7BITS", "8BITS"}) {
        if (name == misspelt) return Encoding::identity;
    }
    if (name == "BASE64") return Encoding::base64;
    if (name == "QUOTED-PRINTABLE") return Encoding::quoted_printable;
    return Encoding::unknown;
}

void read_encoding(std::string_view body, Part& part) {
    FieldLexer lexer(body);
    const std::string name = upper(token(lexer));
    if (name.empty() || name.size() > kTokenBytesMax) {
        part.malformed = true;
        return;
    }
    part.encoding = name;
    part.transfer = transfer_of(name);
}

// RFC 2183 section 2.8: what is not known is an attachment.
void read_disposition(std::string_view body, Part& part) {
    FieldLexer lexer(body);
    std::string kind = token(lexer);
    if (!usable(kind)) {
        part.malformed = true;
        kind = "attachment";
    }
    part.disposition = std::move(kind);
    part.disposition_params = parse_params(lexer.rest(), part.malformed);
}

void read_language(std::string_view body, Part& part) {
    FieldLexer lexer(body);
    while (part.language.size() < kLanguagesMax) {
        lexer.skip_cfws();
        if (lexer.at_end()) return;
        if (lexer.take(',')) continue;
        const std::string_view tag = lexer.run_until(",(");
        if (!tag.empty()) part.language.emplace_back(tag);
    }
}

// The Content-* fields that are there, each the first of its name.
struct Found {
    std::optional<std::string_view> type, encoding, disposition, language;
};

void keep_first(std::optional<std::string_view>& slot, std::string_view body) {
    if (!slot) slot = body;
}

void keep_first(std::optional<std::string>& slot, std::string_view body) {
    if (!slot) slot = unfold(body);
}

void note_field(const HeaderField& field, Found& found, Part& part) {
    constexpr std::string_view kPrefix = "content-";
    if (!equal_nocase(field.name.substr(0, kPrefix.size()), kPrefix)) return;
    const std::string_view name = field.name.substr(kPrefix.size());
    if (equal_nocase(name, "type")) return keep_first(found.type, field.body);
    if (equal_nocase(name, "transfer-encoding")) return keep_first(found.encoding, field.body);
    if (equal_nocase(name, "disposition")) return keep_first(found.disposition, field.body);
    if (equal_nocase(name, "language")) return keep_first(found.language, field.body);
    if (equal_nocase(name, "id")) return keep_first(part.content_id, field.body);
    if (equal_nocase(name, "description")) return keep_first(part.description, field.body);
    if (equal_nocase(name, "md5")) return keep_first(part.md5, field.body);
    if (equal_nocase(name, "location")) return keep_first(part.location, field.body);
}

}  // namespace

void read_content_fields(std::string_view block, bool in_digest, Part& part) {
    // RFC 2045 section 5.2, RFC 2046 section 5.1.5.
    part.type = in_digest ? "message" : "text";
    part.subtype = in_digest ? "rfc822" : "plain";
    Found found;
    HeaderReader reader(block);
    while (const auto field = reader.next())
        note_field(*field, found, part);
    if (found.type) read_type(*found.type, part);
    if (found.encoding) read_encoding(*found.encoding, part);
    if (found.disposition) read_disposition(*found.disposition, part);
    if (found.language) read_language(*found.language, part);
}

}  // namespace loam::mail
