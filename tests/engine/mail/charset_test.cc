// Charsets, and UTF-8 by RFC 3629.
#include "engine/mail/charset.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/mail/casemap.h"
#include "engine/mail/match_text.h"

namespace loam::mail {
namespace {

struct Case {
    const char* why;
    const char* charset;
    std::string raw;
    const char* want;
};

const Case kCases[] = {
    {"ASCII", "us-ascii", "abc", "abc"},
    {"no charset, UTF-8 inside", "", "\xC3\xBC", "ü"},
    {"no charset, something else inside: all of it is windows-1252", "", "\xC3\xBC \xFC", "Ã¼ ü"},
    {"us-ascii with UTF-8 inside", "us-ascii", "\xC3\xBC", "ü"},
    {"a single octet that is no UTF-8", "utf-8", "\xC3\xBC \xFC", "ü ü"},
    {"utf8", "utf8", "\xC3\xBC", "ü"},
    {"quotes around the name", "\"UTF-8\"", "\xC3\xBC", "ü"},
    {"iso-8859-1 is windows-1252", "ISO-8859-1", "\x80", "€"},
    {"an octet without a character in windows-1252", "windows-1252", "\x81", "\xC2\x81"},
    {"iso-8859-15 is itself", "iso-8859-15", "\xA4", "€"},
    {"iso8859-15, misspelt", "iso8859-15", "\xA4", "€"},
    {"iso_8859-2:1987", "iso_8859-2:1987", "\xB1", "ą"},
    {"cp-1251, misspelt", "cp-1251", "\xD2", "Т"},
    {"windows-cp1251, misspelt", "windows-cp1251", "\xD2", "Т"},
    {"gb2312 with a character of gbk", "gb2312", "\x8Ah", "奾"},
    {"big5", "big5", "\xA4\xA4", "中"},
    {"shift_jis with a character of cp932", "shift_jis", "\x87\x40", "①"},
    {"euc-jp", "euc-jp", "\xC6\xFC", "日"},
    {"tis-620", "tis-620", "\xA1", "ก"},
    {"iso-8859-8-i", "iso-8859-8-i", "\xE0", "א"},
    {"unicode-1-1-utf-7", "unicode-1-1-utf-7", "+AOQ-", "ä"},
    {"utf-16 with a byte order mark", "utf-16",
     std::string("\xFF\xFE"
                 "a\0",
                 4),
     "a"},
    {"utf-16 without one is big endian", "utf-16", std::string("\0a", 2), "a"},
    {"a name that is no name", "../../etc/passwd", "\xFC", "ü"},
    {"a name with an option for ICU", "utf-8,swaplfnl", "\xFC", "ü"},
    {"an unknown name", "x-nonsense", "\xC3\xBC", "ü"},
    {"octets without meaning in the charset", "iso-8859-3",
     "\xA5"
     "a",
     "¥a"},
    {"a sequence cut short at the end", "big5", "a\xA4", "a¤"},
    {"a UTF-8 sequence cut short at the end", "utf-8", "a\xC3", "aÃ"},
};

TEST(Charset, Decodes) {
    for (const Case& c : kCases)
        EXPECT_EQ(to_utf8(c.raw, c.charset), c.want) << c.why;
}

TEST(Charset, DoesNotDependOnCuts) {
    for (const Case& c : kCases) {
        if (std::string_view(c.charset).empty()) continue;  // decided on the whole, not on pieces
        TextDecoder decoder(c.charset);
        std::string out;
        for (const char& octet : c.raw)
            decoder.feed(as_bytes({&octet, 1}), out);
        decoder.finish(out);
        EXPECT_EQ(out, c.want) << c.why;
        // And it starts anew after its end.
        std::string again;
        decoder.feed(as_bytes(c.raw), again);
        decoder.finish(again);
        EXPECT_EQ(again, c.want) << c.why;
    }
}

TEST(Charset, KnowsWhichItKnows) {
    for (const char* name : {"us-ascii", "UTF-8", "iso-8859-1", "koi8-r", "gb2312", "utf-7"}) {
        EXPECT_TRUE(charset_known(name)) << name;
    }
    for (const char* name : {"x-nonsense", "", "a/b", "utf-8,version=1"}) {
        EXPECT_FALSE(charset_known(name)) << name;
    }
    TextDecoder decoder("iso-8859-3");
    std::string out;
    decoder.feed(as_bytes("\xA1"), out);
    EXPECT_FALSE(decoder.had_errors());
    decoder.feed(as_bytes("\xA5"), out);
    EXPECT_TRUE(decoder.had_errors());
}

TEST(Charset, JudgesUtf8) {
    for (const char* good : {"", "a", "ü", "€", "😀", "\xED\x9F\xBF", "\xEE\x80\x80"}) {
        EXPECT_TRUE(valid_utf8(good)) << good;
    }
    for (const char* bad :
         {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "\xFF"}) {
        EXPECT_FALSE(valid_utf8(bad)) << bad;
    }
}

struct FoldCase {
    const char* why;
    const char* text;
    const char* want;
};

constexpr FoldCase kFolds[] = {
    {"ASCII goes up", "abcXYZ09-", "ABCXYZ09-"},
    {"a letter with a mark is taken apart", "ü", "U\xCC\x88"},
    {"and so is the capital", "Ü", "U\xCC\x88"},
    {"RFC 5051's example: U+01C4", "\xC7\x84", "Dz\xCC\x8C"},
    {"compatibility decomposition: the ligature fi", "ﬁ", "fi"},
    {"sharp s has no single titlecase letter", "ß", "ß"},
    {"Greek", "ς", "Σ"},
    {"Cyrillic", "тест", "ТЕСТ"},
    {"Hangul syllables have no decomposition in UnicodeData.txt", "가", "가"},
    {"full-width letters", "ａ", "A"},
    {"beyond the BMP: Deseret", "\xF0\x90\x90\xA8", "\xF0\x90\x90\x80"},
    {"octets that are no UTF-8 stay",
     "a\xFF"
     "b\xC3",
     "A\xFF"
     "B\xC3"},
};

TEST(Casemap, Folds) {
    for (const FoldCase& c : kFolds) {
        EXPECT_EQ(casefold(c.text), c.want) << c.why;
        CaseFolder folder;
        std::string out;
        for (const char& octet : std::string_view(c.text))
            folder.feed({&octet, 1}, out);
        folder.finish(out);
        EXPECT_EQ(out, c.want) << c.why;
    }
}

TEST(SubstringMatcher, FindsAcrossCuts) {
    const std::string text = "ABABABCABABAB";
    for (std::size_t from = 0; from < text.size(); ++from) {
        for (std::size_t size = 1; from + size <= text.size(); ++size) {
            for (std::size_t cut = 1; cut <= text.size(); ++cut) {
                SubstringMatcher matcher(text.substr(from, size));
                for (std::size_t at = 0; at < text.size(); at += cut) {
                    matcher.feed(std::string_view(text).substr(at, cut));
                }
                ASSERT_TRUE(matcher.found()) << from << " " << size << " " << cut;
            }
        }
    }
}

TEST(SubstringMatcher, DoesNotFindWhatIsNotThere) {
    for (std::size_t cut = 1; cut < 8; ++cut) {
        const std::string_view text = "ABABABCABABAB";
        SubstringMatcher matcher("ABABABABC");
        for (std::size_t at = 0; at < text.size(); at += cut)
            matcher.feed(text.substr(at, cut));
        EXPECT_FALSE(matcher.found()) << cut;
    }
    EXPECT_TRUE(SubstringMatcher("").found());
    SubstringMatcher matcher("AB");
    matcher.feed("A");
    matcher.next_text();
    EXPECT_FALSE(matcher.feed("B")) << "two texts";
}

}  // namespace
}  // namespace loam::mail
