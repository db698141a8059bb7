#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "engine/base/bytes.h"
#include "engine/codec/base64.h"
#include "engine/codec/quoted_printable.h"
#include "engine/mail/casemap.h"
#include "engine/mail/charset.h"
#include "engine/mail/structure.h"

namespace loam::mail {

/// Which form of the text is wanted.
enum class TextForm : std::uint8_t {
    plain,   ///< UTF-8 as written
    folded,  ///< casemapped, for SubstringMatcher and the search index
};

/// Turns the raw body of a text part into UTF-8: transfer encoding, then charset, then case. A body
/// of another type gives nothing. Feed the body in pieces of any size.
class PartTextDecoder {
  public:
    PartTextDecoder(const Part& part, TextForm form);
    void feed(Bytes raw, std::string& out);
    void finish(std::string& out);

  private:
    void decoded(Bytes octets, std::string& out);

    std::variant<std::monostate, Base64Decoder, QuotedPrintableDecoder> transfer_;
    TextDecoder charset_;
    CaseFolder folder_;
    TextForm form_;
    bool searchable_;
    ByteVector octets_;
    std::string text_;
};

/// True if SEARCH looks into the part's body: text/*, and headers of nested messages on their own.
bool is_searchable(const Part& part);

/// The body of a field as people read it: unfolded, encoded words decoded, UTF-8.
std::string decode_header_text(std::string_view field_body);

/// A whole header block as SEARCH TEXT sees it: "Name: decoded body" and LF for each field.
std::string decode_header_block(std::string_view block);

}  // namespace loam::mail
