#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

/// What an LMTP client says: RFC 2033, RFC 5321 section 4.1, RFC 1870, RFC 6152, RFC 6531. Pure.
namespace loam::lmtp {

/// Longest command line without its end: RFC 5321 section 4.5.3.1.4 plus what the extensions add,
/// and some.
inline constexpr std::size_t kLineBytesMax = 2048;
/// RFC 5321 section 4.5.3.1.3.
inline constexpr std::size_t kPathBytesMax = 512;

enum class Verb : std::uint8_t {
    lhlo,
    mail,
    rcpt,
    data,
    rset,
    noop,
    quit,
    vrfy,
    help,
    starttls,
    unknown
};

/// The verb of a line, any case; `arguments` gets what follows it, without the spaces around.
Verb parse_verb(std::string_view line, std::string_view& arguments);

/// An address between angle brackets. Both empty: the null path "<>".
struct Path {
    std::string local;   ///< quotes and backslashes taken off
    std::string domain;  ///< empty: none was given
    std::string text;    ///< as it was written, without the brackets and a source route; UTF-8
};

struct MailArguments {
    Path sender;
    std::uint64_t size = 0;  ///< SIZE=; 0: not said
    bool smtputf8 = false;
};

/// "FROM:<path> parameters". Errors: invalid (syntax), unsupported (a parameter that we did not
/// announce).
Result<MailArguments> parse_mail(std::string_view arguments);

/// "TO:<path>" without parameters. Errors: as above.
Result<Path> parse_rcpt(std::string_view arguments);

}  // namespace loam::lmtp
