// Content-* fields: RFC 2045, 2046, 2183, 2231.
#include "engine/mail/content_fields.h"

#include <string>

#include <gtest/gtest.h>

namespace loam::mail {
namespace {

std::string shown(const std::vector<Param>& params) {
    std::string out;
    for (const Param& param : params) {
        out += ";" + param.name + (param.extended ? "*" : "") + "=" + param.value;
    }
    return out;
}

Part read(std::string_view block, bool in_digest = false) {
    Part part;
    read_content_fields(block, in_digest, part);
    return part;
}

struct Case {
    const char* why;
    const char* field;  // after "Content-Type:"
    const char* want;
};

constexpr Case kTypes[] = {
    {"plain", "text/html", "text/html"},
    {"case is kept", "Text/HTML; Charset=UTF-8", "Text/HTML;Charset=UTF-8"},
    {"white space and comments", " text (a) / (b) html ( c ) ; (d) charset (e) = (f) x (g)",
     "text/html;charset=x"},
    {"folded", "text/plain;\r\n\tcharset=x;\r\n name=y", "text/plain;charset=x;name=y"},
    {"quoted", R"(text/plain; name="a;b \"c\"")", R"(text/plain;name=a;b "c")"},
    {"folding inside quotes", "m/x; boundary=\"foo\r\n bar\"", "m/x;boundary=foo bar"},
    {"tspecials without quotes", "m/x; boundary=a/b:c=d?e@f", "m/x;boundary=a/b:c=d?e@f"},
    {"white space without quotes", "image/png; name=my holiday.png; x=y",
     "image/png;name=my holiday.png;x=y"},
    {"a semicolon is missing", "text/plain; charset=x name=y", "text/plain;charset=x;name=y"},
    {"the first semicolon is missing", "multipart/mixed\r\n\tboundary=x",
     "multipart/mixed;boundary=x"},
    {"semicolons too many", "text/plain;; charset=x;", "text/plain;charset=x"},
    {"an empty value", "text/plain; name=; charset=\"\"", "text/plain;name=;charset="},
    {"no value", "text/plain; name; charset=x", "text/plain;charset=x"},
    {"no name", "text/plain; =x; charset=y", "text/plain;charset=y"},
    {"an unclosed quote takes the rest", "text/plain; name=\"a; b=c", "text/plain;name=a; b=c"},
    {"octets above 127 stay", "text/plain; name=\"\xFC\"", "text/plain;name=\xFC"},
    {"no subtype: text", "text", "text/plain"},
    {"no subtype: multipart", "multipart; boundary=x", "multipart/mixed;boundary=x"},
    {"no subtype: another", "image; name=x", "application/octet-stream;name=x"},
    {"no type", "; name=x", "text/plain;name=x"},
    {"nothing", "", "text/plain"},
    {"a type that is none", "te\xC3\xBCt/plain", "text/plain"},
};

TEST(ContentFields, ReadTypes) {
    for (const Case& c : kTypes) {
        const Part part = read("Content-Type:" + std::string(c.field) + "\r\n\r\n");
        EXPECT_EQ(part.type + "/" + part.subtype + shown(part.params), c.want) << c.why;
    }
}

constexpr Case k2231[] = {
    {"RFC 2231 section 3: continuations", "URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/pub\"",
     ";URL=ftp://cs.utk.edu/pub"},
    {"in any order", "a*1=y; a*0=x", ";a=xy"},
    {"RFC 2231 section 4: charset and language", "title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun",
     ";title*=This is ***fun"},
    {"RFC 2231 section 4.1: mixed",
     "title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; "
     "title*2=\"isn't it!\"",
     ";title*=This is even more ***fun*** isn't it!"},
    {"to UTF-8", "filename*=iso-8859-1''gr%FCn", ";filename*=grün"},
    {"a character cut by a section border", "f*0*=utf-8''%C3; f*1*=%BC", ";f*=ü"},
    {"no charset", "f*=%C3%BC", ";f*=ü"},
    {"an unknown charset", "f*=x-none''%C3%BC", ";f*=ü"},
    {"an empty charset", "f*=''%41", ";f*=A"},
    {"plain and extended side by side", "f=a; f*=utf-8''%C3%BC", ";f=a;f*=ü"},
    {"what follows a gap is lost", "f*0=a; f*2=c", ";f=a"},
    {"a section twice: the first counts", "f*0=a; f*0=b; f*1=c", ";f=ac"},
    {"no first section", "f*1=b", ";f="},
    {"percent signs in a plain value stay", "f=%41", ";f=%41"},
    {"percent without digits stays", "f*=utf-8''%4z%", ";f*=%4z%"},
    {"a star that means nothing", "f*x=a; *=b", ";f*x=a"},
    {"names in any case", "File*0=a; FILE*1=b", ";File=ab"},
};

TEST(ContentFields, JoinExtendedParameters) {
    for (const Case& c : k2231) {
        bool malformed = false;
        EXPECT_EQ(shown(parse_params(c.field, malformed)), c.want) << c.why;
    }
}

TEST(ContentFields, BoundParameters) {
    std::string many;
    for (std::size_t i = 0; i < kParamsMax + 50; ++i)
        many += ";a" + std::to_string(i) + "=b";
    bool malformed = false;
    EXPECT_EQ(parse_params(many, malformed).size(), kParamsMax);
    const std::string large = "a=" + std::string(kParamValueBytesMax + 50, 'x');
    EXPECT_EQ(parse_params(large, malformed).at(0).value.size(), kParamValueBytesMax);
}

TEST(ContentFields, Defaults) {
    EXPECT_TRUE(read("\r\n").is("text", "plain"));
    EXPECT_TRUE(read("\r\n", true).is("message", "rfc822"));
    EXPECT_TRUE(read("Content-Type: junk\r\n\r\n", true).is("application", "octet-stream"));
    EXPECT_EQ(charset_of(read("Content-Type: text/plain\r\n\r\n")), "us-ascii");
    EXPECT_EQ(charset_of(read("Content-Type: text/plain; CHARSET=UTF-8\r\n\r\n")), "utf-8");
    EXPECT_EQ(read("\r\n").encoding, "7BIT");
}

struct EncodingCase {
    const char* field;
    const char* shown;
    Encoding transfer;
};

constexpr EncodingCase kEncodings[] = {
    {" base64", "BASE64", Encoding::base64},
    {" BASE64 ; x", "BASE64", Encoding::base64},
    {" Quoted-Printable (c)", "QUOTED-PRINTABLE", Encoding::quoted_printable},
    {" \"quoted-printable\"", "QUOTED-PRINTABLE", Encoding::quoted_printable},
    {" 7bit", "7BIT", Encoding::identity},
    {" 8BIT", "8BIT", Encoding::identity},
    {" 8bits", "8BITS", Encoding::identity},
    {" binary", "BINARY", Encoding::identity},
    {" x-uuencode", "X-UUENCODE", Encoding::unknown},
    {" base 64", "BASE", Encoding::unknown},
    {"", "7BIT", Encoding::identity},
};

TEST(ContentFields, ReadEncodings) {
    for (const EncodingCase& c : kEncodings) {
        const Part part = read("Content-Transfer-Encoding:" + std::string(c.field) + "\r\n\r\n");
        EXPECT_EQ(part.encoding, c.shown) << c.field;
        EXPECT_EQ(part.transfer, c.transfer) << c.field;
    }
}

TEST(ContentFields, ReadTheOthers) {
    const Part part = read(
        "content-id: <a@b>\r\n"
        "Content-Description: =?utf-8?q?x?=\r\n y\r\n"
        "Content-Disposition: attachment; filename=\"a.txt\"; size=3\r\n"
        "Content-Language: en (English), de,\r\n fr\r\n"
        "Content-Location: http://example.org/\r\n"
        "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\n"
        "Content-ID: <second@b>\r\n\r\n");
    EXPECT_EQ(part.content_id, "<a@b>") << "the first one counts";
    EXPECT_EQ(part.description, "=?utf-8?q?x?= y") << "left encoded";
    EXPECT_EQ(part.disposition + shown(part.disposition_params),
              "attachment;filename=a.txt;size=3");
    EXPECT_EQ(part.language, (std::vector<std::string>{"en", "de", "fr"}));
    EXPECT_EQ(part.location, "http://example.org/");
    EXPECT_EQ(part.md5, "Q2hlY2sgSW50ZWdyaXR5IQ==");
    EXPECT_EQ(*file_name(part), "a.txt");
    EXPECT_TRUE(is_attachment(part));
    EXPECT_FALSE(part.malformed);
}

TEST(ContentFields, ForgiveDispositions) {
    const Part part = read("Content-Disposition: ; filename=x\r\n\r\n");
    EXPECT_EQ(part.disposition, "attachment") << "RFC 2183 section 2.8";
    EXPECT_TRUE(part.malformed);
    const Part named = read("Content-Type: image/png; name=x.png\r\n\r\n");
    EXPECT_TRUE(is_attachment(named));
    EXPECT_FALSE(is_attachment(read("Content-Disposition: inline; filename=x\r\n\r\n")));
}

}  // namespace
}  // namespace loam::mail
