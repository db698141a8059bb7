#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace loam::tool {

/// Turns the line ends of stored mail files into those of mail on the wire and back, in pieces of
/// any size. Pure.
class ToCrlf {
  public:
    /// An LF without CR before it becomes CRLF; everything else stays.
    void feed(std::string_view in, std::string& out);

  private:
    bool after_cr_ = false;
};

/// The way back: ToCrlf makes of what this gives what it was given, unless that holds an LF without
/// CR before it.
class ToLf {
  public:
    /// CRLF becomes LF, but not after a CR: ToCrlf would take that one for its own. A CR elsewhere
    /// stays.
    void feed(std::string_view in, std::string& out);
    /// The input ends here.
    void finish(std::string& out);
    /// There was an LF without CR before it, which ToCrlf makes CRLF.
    bool saw_bare_lf() const { return saw_bare_lf_; }

  private:
    bool held_cr_ = false;
    bool after_cr_ = false;  // the octet before the held CR is one too
    bool saw_bare_lf_ = false;
};

/// The quoting of mboxrd: a line that begins with any number of ">" and "From " gets one ">" more,
/// or loses one. RFC 4155 section 2 names the format; lines end with LF here. unquote undoes quote,
/// octet for octet.
class MboxQuoting {
  public:
    enum class Way : std::uint8_t { quote, unquote };
    explicit MboxQuoting(Way way) : way_(way) {}
    void feed(std::string_view in, std::string& out);
    void finish(std::string& out);

  private:
    enum class State : std::uint8_t { start, quotes, from, text };
    void step(char c, std::string& out);
    void let_go(std::string& out);

    Way way_;
    State state_ = State::start;
    bool held_quote_ = false;  // the line's first ">", which unquote may drop
    std::size_t matched_ = 0;  // octets of "From " seen and held
};

}  // namespace loam::tool
