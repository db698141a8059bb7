#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "imapd/wire/date.h"
#include "imapd/wire/flags.h"
#include "imapd/wire/mode.h"
#include "imapd/wire/numset.h"

namespace loam::imap {

/// A longer string goes out as a literal, which a client reads without looking at each octet.
inline constexpr std::size_t kQuotedBytesMax = 4096;

/// resp-cond-state, resp-cond-auth, resp-cond-bye of RFC 9051 section 9: sections 7.1.1 to 7.1.5.
enum class Condition { ok, no, bad, bye, preauth };
std::string_view to_string(Condition condition);

/// Writes responses at the end of `out` in the form this session's mode asks for: RFC 9051
/// section 9. Lifetime: borrows `out`. Large octets are the caller's: it writes the header of the
/// literal here and then lets the octets follow in the same stream.
class ResponseWriter {
  public:
    ResponseWriter(std::string& out, Mode mode) : out_(&out), mode_(mode) {}

    Mode mode() const { return mode_; }
    const ModeRules& rules() const { return rules_of(mode_); }

    /// Whole lines. `code` stands between the brackets and may be empty; see resp_code.h. `text` is
    /// for people: CR, LF and NUL become spaces, other octets the mode forbids become "?", and an
    /// empty one is filled in.
    void tagged(std::string_view tag, Condition condition, std::string_view code,
                std::string_view text);
    void untagged(Condition condition, std::string_view code, std::string_view text);
    /// "+ text": go on, or a challenge in base64. RFC 9051 section 7.6.
    void continuation(std::string_view text);
    /// "* NAME args": `line` is already in its wire form.
    void untagged_line(std::string_view line);

    /// Parts of a line; begin() writes "* ", end() the CRLF, and nothing else writes either.
    ResponseWriter& begin();
    ResponseWriter& begin(std::uint32_t number);  ///< "* 12 "
    void end();
    ResponseWriter& raw(std::string_view wire);  ///< octets that are already right, atoms above all
    ResponseWriter& sp() { return raw(" "); }
    ResponseWriter& open() { return raw("("); }
    ResponseWriter& close() { return raw(")"); }
    ResponseWriter& number(std::uint64_t value);
    /// string: quoted where the mode and the octets allow, else a literal (RFC 6855 section 7).
    /// NUL, which neither may hold, becomes 0x80.
    ResponseWriter& string(std::string_view octets);
    ResponseWriter& nstring(const std::optional<std::string>& octets);  ///< nullopt is NIL
    /// astring: bare where it is an atom and not NIL, else a string.
    ResponseWriter& astring(std::string_view octets);
    ResponseWriter& mailbox(std::string_view canonical_name);
    ResponseWriter& flags(const FlagNames& names, bool recent = false);
    ResponseWriter& date_time(const DateTime& when);  ///< with its quotes
    ResponseWriter& set(const NumSet& numbers);       ///< not empty
    /// "{n}" CRLF and "~{n}" CRLF; n octets follow from the caller.
    ResponseWriter& literal_header(std::uint64_t size_bytes);
    ResponseWriter& literal8_header(std::uint64_t size_bytes);

  private:
    void condition_line(Condition condition, std::string_view code, std::string_view text);
    void text(std::string_view words);

    std::string* out_;
    Mode mode_;
};

}  // namespace loam::imap
