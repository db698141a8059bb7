// Previews: RFC 8970 section 3.3.
#include "engine/mail/preview.h"

#include <gtest/gtest.h>

namespace loam::mail {
namespace {

Part text_part(std::string subtype, std::string charset = "utf-8") {
    Part part;
    part.type = "text";
    part.subtype = std::move(subtype);
    part.params.push_back({.name = "charset", .value = std::move(charset)});
    part.body_bytes = 1;
    return part;
}

/// However the body is cut, the preview is the same.
std::string preview(const Part& part, std::string_view body) {
    PreviewBuilder whole(part);
    whole.feed(as_bytes(body));
    const std::string made = whole.finish();
    PreviewBuilder pieces(part);
    for (const char& octet : body)
        pieces.feed(as_bytes(std::string_view(&octet, 1)));
    EXPECT_EQ(pieces.finish(), made);
    return made;
}

struct Case {
    const char* why;
    const char* body;
    const char* want;
};

TEST(Preview, OfPlainText) {
    const Case cases[] = {
        {"white space is one space", "  Hello,\r\n\r\n\tworld!  \r\n", "Hello, world!"},
        {"no line end at the end", "Hello", "Hello"},
        {"quoted lines are left out", "> you wrote\r\n>> and I\r\nYes.\r\n", "Yes."},
        {"what is signed with is left out", "Yes.\r\n-- \r\nKim\r\n", "Yes."},
        {"a dashed line is none", "Yes.\r\n--\r\nKim", "Yes. -- Kim"},
        {"nothing above the signature: it is all there is", "-- \r\nKim\r\n", "Kim"},
        {"markup is not for plain text", "a < b & c > d &amp;", "a < b & c > d &amp;"},
        {"controls and what fills space unseen", "a\x01\u200Bb\u00A0c\uFEFF", "ab c"},
        {"UTF-8", "gr\u00FCn \u20AC", "gr\u00FCn \u20AC"},
        {"nothing", "", ""},
        {"only quoted", "> all of it\r\n", ""},
    };
    for (const Case& c : cases)
        EXPECT_EQ(preview(text_part("plain"), c.body), c.want) << c.why;
}

TEST(Preview, OfHtml) {
    const Case cases[] = {
        {"markup goes", "<html><body><p>Hello, <b>wor</b>ld!</p><p>Bye</p></body></html>",
         "Hello, world! Bye"},
        {"head, styles and scripts go",
         "<head><title>no</title></head><style>p { a: b }</style>yes<script>x < y</script>", "yes"},
        {"an element in capitals", "<STYLE>p{}</STYLE><BR>yes", "yes"},
        {"comments go", "a<!-- <b> -- > -->b", "ab"},
        {"entities", "a&amp;b&lt;c&nbsp;d&#65;&#x20AC;&hellip;", "a&b<c dA\u20AC\u2026"},
        {"what is no entity", "R&D; a & b &", "R&D; a & b &"},
        {"a character that cannot be", "a&#0;b&#xD800;c&#x110000;d", "abcd"},
        {"no end of a tag", "a<b", "a"},
        {"attributes", "<a href=\"x\">link</a><img src='y'/>s", "link s"},
        {"UTF-8", "<p>gr\u00FCn</p>", "gr\u00FCn"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(preview(text_part("html"), c.body), c.want) << c.why;
}

TEST(Preview, CountsCharacters) {
    std::string body;
    for (int i = 0; i < 1000; ++i)
        body += "\u00FC";
    for (const char* subtype : {"plain", "html"}) {
        const std::string made = preview(text_part(subtype), body);
        EXPECT_EQ(made.size(), 2 * kPreviewCharactersMax) << subtype;
    }
    std::string words;
    for (int i = 0; i < 1000; ++i)
        words += "a ";
    EXPECT_EQ(preview(text_part("plain"), words).size(), kPreviewCharactersMax - 1)
        << "no space at the end";
}

TEST(Preview, UndoesEncodingAndCharset) {
    Part part = text_part("plain", "iso-8859-1");
    part.transfer = Encoding::quoted_printable;
    EXPECT_EQ(preview(part, "gr=FCn =\r\ntea"), "gr\u00FCn tea");
    part.transfer = Encoding::base64;
    EXPECT_EQ(preview(part, "Z3L8\r\nbg==\r\n"), "gr\u00FCn");
}

TEST(Preview, TakesThePartThatIsReadFirst) {
    Structure structure;
    Part mixed;
    mixed.multipart = true;
    mixed.type = "multipart";
    structure.parts.push_back(mixed);
    EXPECT_EQ(preview_part(structure), std::nullopt);
    structure.parts.push_back(text_part("calendar"));
    EXPECT_EQ(preview_part(structure), 1U);
    structure.parts.push_back(text_part("html"));
    EXPECT_EQ(preview_part(structure), 2U);
    Part attached = text_part("plain");
    attached.disposition = "attachment";
    structure.parts.push_back(attached);
    EXPECT_EQ(preview_part(structure), 2U);
    Part unknown = text_part("plain");
    unknown.transfer = Encoding::unknown;
    structure.parts.push_back(unknown);
    EXPECT_EQ(preview_part(structure), 2U);
    structure.parts.push_back(text_part("plain"));
    EXPECT_EQ(preview_part(structure), 5U);
}

}  // namespace
}  // namespace loam::mail
