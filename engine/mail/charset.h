#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"

namespace loam::mail {

/// Turns octets of some charset into UTF-8, in pieces of any size. Never fails: octets that mean
/// nothing in the charset are read as windows-1252, in which every octet means something.
/// - us-ascii, utf-8, no charset and unknown ones: UTF-8 where it is valid.
/// - iso-8859-1 is read as windows-1252, which has letters where Latin-1 has controls that no mail
///   contains; likewise gb2312 as gb18030, ks_c_5601 as cp949, shift_jis as cp932, tis-620 as
///   cp874.
/// - Misspelt names are put right where the meaning is plain.
/// Memory: a few KiB.
class TextDecoder {
  public:
    explicit TextDecoder(std::string_view charset);
    TextDecoder(TextDecoder&&) noexcept;
    TextDecoder& operator=(TextDecoder&&) noexcept;
    ~TextDecoder();

    /// Appends valid UTF-8. The result does not depend on where the input is cut.
    void feed(Bytes raw, std::string& out);
    /// The input ends here. After it the decoder is as new.
    void finish(std::string& out);

    bool known() const;       ///< the charset is one that we can read
    bool had_errors() const;  ///< some octets had no meaning in it

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// True if TextDecoder knows the charset: SEARCH CHARSET, RFC 9051 section 6.4.4.
bool charset_known(std::string_view charset);

/// The whole of a text at once. Without a charset it is UTF-8 if all of it is, else windows-1252.
std::string to_utf8(std::string_view raw, std::string_view charset);

/// Valid UTF-8 by RFC 3629: no surrogates, no overlong forms.
bool valid_utf8(std::string_view text);

/// Octets below 128 at the start of `text`.
std::size_t ascii_run(std::string_view text);

/// Length of the valid UTF-8 sequence at the start of `text`; 0 if there is none. With `cut_short`
/// tells whether more octets could make it one.
std::size_t utf8_sequence(std::string_view text, bool& cut_short);

}  // namespace loam::mail
