#pragma once

#include <string>
#include <utility>

#include "engine/base/result.h"
#include "imapd/wire/encoder.h"

namespace loam::imap {

/// The tagged end of a command: RFC 9051 section 7.1. `code` stands between the brackets, or is
/// empty.
struct Reply {
    Condition condition = Condition::ok;
    std::string code;
    std::string text;

    static Reply ok(std::string text) { return {Condition::ok, {}, std::move(text)}; }
    static Reply ok(std::string code, std::string text) {
        return {Condition::ok, std::move(code), std::move(text)};
    }
    static Reply no(std::string text) { return {Condition::no, {}, std::move(text)}; }
    static Reply no(std::string code, std::string text) {
        return {Condition::no, std::move(code), std::move(text)};
    }
    static Reply bad(std::string text) { return {Condition::bad, {}, std::move(text)}; }
    static Reply bad(std::string code, std::string text) {
        return {Condition::bad, std::move(code), std::move(text)};
    }
    /// Message numbers after ENABLE UIDONLY: RFC 9586 section 3.
    static Reply uid_required() {
        return bad("UIDREQUIRED", "message numbers are not allowed after ENABLE UIDONLY");
    }
};

/// What a client hears of an error: the only place where an Errc becomes a word of IMAP. Codes are
/// those of RFC 5530 section 3 and RFC 9051 section 7.1. A command that knows more (TRYCREATE)
/// looks first.
Reply reply_for(const Error& error);

}  // namespace loam::imap
