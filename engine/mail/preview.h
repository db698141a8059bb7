#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/mail/structure.h"
#include "engine/mail/text.h"

/// A few words that stand for a message in a list: RFC 8970 section 3.3.
namespace loam::mail {

/// Characters, not octets.
inline constexpr std::size_t kPreviewCharactersMax = 200;

/// The part that people read first: the first text/plain that is no attachment, else text/html,
/// else any other text. Nothing: there is none that can be read.
std::optional<std::uint32_t> preview_part(const Structure& structure);

/// Makes the preview of one part from its raw body, in pieces of any size. Runs of white space
/// become one space; quoted lines and what introduces a signature are left out of plain text, and
/// markup, styles and scripts of HTML.
class PreviewBuilder {
  public:
    explicit PreviewBuilder(const Part& part);

    void feed(Bytes raw);
    /// No more is wanted.
    bool full() const { return characters_ >= kPreviewCharactersMax || signature_; }
    /// Valid UTF-8 without control characters.
    std::string finish();

  private:
    void take(std::string_view text);
    void take_plain(char c);
    void take_html(char c);
    void end_line();
    void end_tag();
    void add_entity();
    void add(std::string_view character);
    void add_space() { space_ = true; }

    PartTextDecoder decoder_;
    const bool html_;
    std::string decoded_;
    std::string out_;
    std::size_t characters_ = 0;
    bool space_ = false;      // before the next character
    bool signature_ = false;  // "-- " came
    std::string line_;        // plain: not judged yet
    enum class In : std::uint8_t { text, tag, comment, entity } in_ = In::text;
    std::string word_;    // of the tag or entity, as far as it matters
    std::string silent_;  // the element whose content is not shown
};

}  // namespace loam::mail
