#include "tests/engine/mail/imap_value.h"

#include <algorithm>

#include "engine/mail/header.h"

namespace loam::mail::test {

namespace {

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<ImapValue> whole() {
        auto value = read();
        return value && text_.empty() ? value : std::nullopt;
    }

  private:
    std::optional<ImapValue> read();
    std::optional<ImapValue> read_quoted();
    std::optional<ImapValue> read_literal();
    std::optional<ImapValue> read_list();
    std::optional<std::uint64_t> read_number();
    bool take(std::string_view what) {
        if (!text_.starts_with(what)) return false;
        text_.remove_prefix(what.size());
        return true;
    }

    std::string_view text_;
};

std::optional<ImapValue> Reader::read() {
    using Kind = ImapValue::Kind;
    if (take("NIL")) return ImapValue{};
    if (take("(")) return read_list();
    if (take("\"")) return read_quoted();
    if (take("{")) return read_literal();
    const auto number = read_number();
    if (!number) return std::nullopt;
    return ImapValue{.kind = Kind::number, .number = *number, .text = {}, .items = {}};
}

std::optional<ImapValue> Reader::read_quoted() {
    ImapValue value{.kind = ImapValue::Kind::string, .text = {}, .items = {}};
    while (!text_.empty()) {
        if (take("\"")) return value;
        const bool escaped = take("\\");
        if (text_.empty()) return std::nullopt;
        const char c = text_.front();
        if (escaped && c != '"' && c != '\\') return std::nullopt;
        // Quoted strings are 7-bit here, so that they are right in every session mode.
        if (c == '\0' || c == '\r' || c == '\n' || static_cast<unsigned char>(c) > 127) {
            return std::nullopt;
        }
        value.text += c;
        text_.remove_prefix(1);
    }
    return std::nullopt;
}

std::optional<ImapValue> Reader::read_literal() {
    const auto bytes = read_number();
    if (!bytes || !take("}\r\n") || *bytes > text_.size()) return std::nullopt;
    ImapValue value{.kind = ImapValue::Kind::string, .text = {}, .items = {}};
    value.text = text_.substr(0, *bytes);
    text_.remove_prefix(*bytes);
    if (value.text.find('\0') != std::string::npos) return std::nullopt;
    return value;
}

std::optional<ImapValue> Reader::read_list() {
    ImapValue value{.kind = ImapValue::Kind::list, .text = {}, .items = {}};
    while (true) {
        auto item = read();
        if (!item) return std::nullopt;
        value.items.push_back(std::move(*item));
        if (take(")")) return value;
        // Bodies and addresses follow each other with or without a space.
        if (!take(" ") && !text_.starts_with('(')) return std::nullopt;
    }
}

std::optional<std::uint64_t> Reader::read_number() {
    const std::size_t end = std::min(text_.find_first_not_of("0123456789"), text_.size());
    if (end == 0 || end > 19) return std::nullopt;
    const std::uint64_t value = std::stoull(std::string(text_.substr(0, end)));
    text_.remove_prefix(end);
    return value;
}

bool is_params(const ImapValue& value) {
    if (value.nil()) return true;
    return value.list() && value.items.size() % 2 == 0 &&
           std::all_of(value.items.begin(), value.items.end(),
                       [](const ImapValue& item) { return item.string(); });
}

bool is_disposition(const ImapValue& value) {
    return value.nil() || (value.list() && value.items.size() == 2 && value.items[0].string() &&
                           is_params(value.items[1]));
}

bool is_language(const ImapValue& value) {
    if (value.nstring()) return true;
    return value.list() && std::all_of(value.items.begin(), value.items.end(),
                                       [](const ImapValue& item) { return item.string(); });
}

bool is_number(const ImapValue& value) {
    return value.kind == ImapValue::Kind::number;
}

// md5 or params, disposition, language, location.
std::string extension_fault(const std::vector<ImapValue>& items, std::size_t from, bool extended) {
    if (!extended) return items.size() == from ? "" : "something after the basic fields";
    if (items.size() != from + 4) return "extension fields";
    if (!is_disposition(items[from + 1])) return "disposition";
    if (!is_language(items[from + 2])) return "language";
    return items[from + 3].nstring() ? "" : "location";
}

std::string multipart_fault(const std::vector<ImapValue>& items, bool extended) {
    std::size_t at = 0;
    for (; at < items.size() && items[at].list(); ++at) {
        if (std::string fault = body_fault(items[at], extended); !fault.empty()) return fault;
    }
    if (at == items.size() || !items[at].string()) return "multipart subtype";
    if (extended && at + 1 < items.size() && !is_params(items[at + 1])) return "multipart params";
    return extension_fault(items, at + 1, extended);
}

std::string message_fault(const std::vector<ImapValue>& items, bool extended) {
    if (items.size() < 10 || !is_number(items[9])) return "message lines";
    if (std::string fault = envelope_fault(items[7]); !fault.empty()) return fault;
    return body_fault(items[8], extended);
}

bool is_address_list(const ImapValue& value) {
    if (value.nil()) return true;
    if (!value.list()) return false;
    int groups = 0;
    for (const ImapValue& address : value.items) {
        if (!address.list() || address.items.size() != 4) return false;
        for (const ImapValue& field : address.items) {
            if (!field.nstring()) return false;
        }
        if (!address.items[3].nil()) continue;
        groups += address.items[2].nil() ? -1 : 1;
        if (groups < 0 || groups > 1) return false;
    }
    return groups == 0;
}

}  // namespace

std::optional<ImapValue> read_imap_value(std::string_view text) {
    return Reader(text).whole();
}

std::string body_fault(const ImapValue& value, bool extended) {
    if (!value.list() || value.items.empty()) return "a body is a list";
    const std::vector<ImapValue>& items = value.items;
    if (items[0].list()) return multipart_fault(items, extended);
    if (items.size() < 7) return "too few basic fields";
    if (!items[0].string() || !items[1].string()) return "type";
    if (!is_params(items[2])) return "params";
    if (!items[3].nstring() || !items[4].nstring() || !items[5].string()) return "id, encoding";
    if (!is_number(items[6])) return "octets";
    std::size_t basic = 7;
    if (equal_nocase(items[0].text, "text")) {
        if (items.size() < 8 || !is_number(items[7])) return "text lines";
        basic = 8;
    } else if (equal_nocase(items[0].text, "message") &&
               (equal_nocase(items[1].text, "rfc822") || equal_nocase(items[1].text, "global"))) {
        if (std::string fault = message_fault(items, extended); !fault.empty()) return fault;
        basic = 10;
    }
    if (extended && items.size() > basic && !items[basic].nstring()) return "md5";
    return extension_fault(items, basic, extended);
}

std::string envelope_fault(const ImapValue& value) {
    if (!value.list() || value.items.size() != 10) return "an envelope has ten fields";
    for (const std::size_t at : {0U, 1U, 8U, 9U}) {
        if (!value.items[at].nstring()) return "envelope string";
    }
    for (std::size_t at = 2; at < 8; ++at) {
        if (!is_address_list(value.items[at])) return "envelope addresses";
    }
    return "";
}

}  // namespace loam::mail::test
