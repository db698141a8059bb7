#pragma once

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

class ToLf {
  public:
    /// CRLF becomes LF; a CR alone stays.
    void feed(std::string_view in, std::string& out);
    /// The input ends here.
    void finish(std::string& out);

  private:
    bool held_cr_ = false;
};

/// The quoting of mboxrd: a line that begins with any number of ">" and "From " gets one ">" more,
/// or loses one. RFC 4155 section 2 names the format; lines end with LF here.
class MboxQuoting {
  public:
    enum class Way : std::uint8_t { quote, unquote };
    explicit MboxQuoting(Way way) : way_(way) {}
    void feed(std::string_view in, std::string& out);
    void finish(std::string& out);

  private:
    void decide(std::string& out);
    Way way_;
    std::string start_;  // what may become "From " after its ">"s
    bool deciding_ = true;
};

}  // namespace loam::tool
