#include "imapd/admin/answer.h"

#include <utility>

namespace loam::admin {
namespace {

// Names may hold any octets; a reader of JSON gets UTF-8.
std::string print(const Row& json) {
    return json.dump(-1, ' ', false, Row::error_handler_t::replace);
}

Errc code_of(std::string_view name) {
    for (int code = 0; code <= static_cast<int>(Errc::timeout); ++code) {
        if (to_string(static_cast<Errc>(code)) == name) return static_cast<Errc>(code);
    }
    return Errc::io;  // of a newer server
}

const std::string* text_in(const Row& json, const char* key) {
    const auto found = json.find(key);
    return found == json.end() ? nullptr : found->get_ptr<const std::string*>();
}

}  // namespace

std::string print_row(const Row& row) {
    Row line;
    line["row"] = row;
    return print(line);
}

std::string print_end(const Status& end) {
    Row line;
    if (end) {
        line["ok"] = true;
    } else {
        line["error"] = std::string(to_string(end.error().code));
        line["text"] = end.error().what;
    }
    return print(line);
}

Result<AnswerLine> parse_answer(std::string_view line) {
    Row json = Row::parse(line, nullptr, false);
    if (!json.is_object()) return fail(Errc::invalid, "the server's answer is no JSON object");
    if (const auto row = json.find("row"); row != json.end())
        return AnswerLine{.row = std::move(*row), .end = {}};
    if (json.contains("ok")) return AnswerLine{};
    const std::string* code = text_in(json, "error");
    const std::string* text = text_in(json, "text");
    if (code == nullptr || text == nullptr)
        return fail(Errc::invalid, "the server's answer says neither ok nor error");
    return AnswerLine{.row = {}, .end = fail(code_of(*code), *text)};
}

}  // namespace loam::admin
