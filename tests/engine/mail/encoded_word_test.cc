// Encoded words: RFC 2047.
#include "engine/mail/encoded_word.h"

#include <gtest/gtest.h>

#include "engine/mail/charset.h"

namespace loam::mail {
namespace {

struct Case {
    const char* why;
    const char* text;
    const char* want;
};

constexpr Case kCases[] = {
    {"plain text", "Hello", "Hello"},
    {"Q", "=?utf-8?q?gr=C3=BCn?=", "grün"},
    {"B", "=?UTF-8?B?Z3LDvG4=?=", "grün"},
    {"underscore is a space in Q", "=?utf-8?Q?a_b?=", "a b"},
    {"ISO-8859-1", "=?iso-8859-1?q?gr=FCn?=", "grün"},
    {"the language of RFC 2231", "=?iso-8859-1*de?q?gr=FCn?=", "grün"},
    {"RFC 2047 section 8: (a)", "(=?ISO-8859-1?Q?a?=)", "(a)"},
    {"RFC 2047 section 8: a b stays apart", "=?ISO-8859-1?Q?a?= b", "a b"},
    {"RFC 2047 section 8: ab join", "=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"},
    {"RFC 2047 section 8: two spaces go too", "=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"},
    {"RFC 2047 section 8: an encoded space stays", "=?ISO-8859-1?Q?a_b?=", "a b"},
    {"RFC 2047 section 8: a space of its own", "=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"},
    {"a character cut by the border of two words", "=?utf-8?q?gr=C3?= =?utf-8?q?=BCn?=", "grün"},
    {"the same with B", "=?utf-8?b?Z3LD?= =?utf-8?b?vG4=?=", "grün"},
    {"B and Q side by side", "=?utf-8?b?Z3LD?= =?utf-8?q?=BCn?=", "grün"},
    {"charset names in any case join", "=?UTF-8?q?gr=C3?= =?utf-8?q?=BCn?=", "grün"},
    {"no white space around words", "a=?utf-8?q?b?=c", "abc"},
    {"words without white space between", "=?utf-8?q?a?==?utf-8?q?b?=", "ab"},
    {"ISO-2022-JP", "=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本"},
    {"gb2312 is read as gb18030", "=?gb2312?B?1tDOxA==?=", "中文"},
    {"ks_c_5601-1987 is read as cp949", "=?ks_c_5601-1987?B?x9Gx2w==?=", "한글"},
    {"koi8-r", "=?koi8-r?Q?=F4=C5=D3=D4?=", "Тест"},
    {"windows-1251", "=?windows-1251?Q?=D2=E5=F1=F2?=", "Тест"},
    {"Latin-1 quotes are windows-1252's", "=?iso-8859-1?q?=93a=94?=", "“a”"},
    {"an unknown charset with UTF-8 in it", "=?x-nonsense?q?gr=C3=BCn?=", "grün"},
    {"an octet that is no UTF-8", "=?utf-8?q?gr=FCn?=", "grün"},
    {"spaces in Q, which are wrong but common", "=?utf-8?q?a b?=", "a b"},
    {"empty text",
     "=?utf-8?q?"
     "?=x",
     "x"},
    {"lower-case hex", "=?utf-8?q?gr=c3=bcn?=", "grün"},
    {"an = without hex digits stays", "=?utf-8?q?a=zb=?=", "a=zb="},
    {"raw UTF-8", "gr\xC3\xBCn", "grün"},
    {"raw Latin-1", "gr\xFCn", "grün"},
    {"no end", "=?utf-8?q?abc", "=?utf-8?q?abc"},
    {"no such encoding", "=?utf-8?x?abc?=", "=?utf-8?x?abc?="},
    {"no charset",
     "=?"
     "?q?abc?=",
     "=?"
     "?q?abc?="},
    {"charset with a space", "=?utf 8?q?abc?=", "=?utf 8?q?abc?="},
    {"=? alone", "a =? b", "a =? b"},
    {"a broken word before a good one", "=?a =?utf-8?q?b?=", "=?a b"},
};

TEST(EncodedWord, Decodes) {
    for (const Case& c : kCases)
        EXPECT_EQ(decode_encoded_words(c.text), c.want) << c.why;
}

TEST(EncodedWord, GivesValidUtf8) {
    for (const char* text :
         {"=?utf-8?q?=ED=A0=80?=", "\xC0\x80", "=?utf-16?b?2AA=?=", "\xF4\x90"}) {
        EXPECT_TRUE(valid_utf8(decode_encoded_words(text))) << text;
    }
}

}  // namespace
}  // namespace loam::mail
