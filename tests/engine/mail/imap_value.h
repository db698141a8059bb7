#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loam::mail::test {

/// A value of an IMAP response as a client reads it: NIL, a number, a string or a list.
struct ImapValue {
    enum class Kind : std::uint8_t { nil, number, string, list };
    Kind kind = Kind::nil;
    std::uint64_t number = 0;
    std::string text;
    std::vector<ImapValue> items;

    bool nil() const { return kind == Kind::nil; }
    bool list() const { return kind == Kind::list; }
    bool string() const { return kind == Kind::string; }
    bool nstring() const { return nil() || string(); }
};

/// Reads one value and nothing else; nothing if the text breaks the grammar of RFC 9051 section 9.
std::optional<ImapValue> read_imap_value(std::string_view text);

/// What is wrong with a BODYSTRUCTURE (with `extended`) or BODY; empty if it fits the grammar.
std::string body_fault(const ImapValue& value, bool extended);
/// What is wrong with an ENVELOPE.
std::string envelope_fault(const ImapValue& value);

}  // namespace loam::mail::test
