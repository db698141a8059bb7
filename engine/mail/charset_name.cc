#include "engine/mail/charset_name.h"

#include <algorithm>
#include <array>

namespace loam::mail {

namespace {

constexpr std::size_t kNameBytesMax = 60;

struct Alias {
    std::string_view from;
    std::string_view to;  // empty: read as UTF-8
};

// Names that ICU does not know, or whose superset is what mail really holds. Sorted by nothing;
// short.
constexpr Alias kAliases[] = {
    {"utf8", ""},
    {"utf-8", ""},
    {"utf_8", ""},
    {"utf-8-mac", ""},
    {"utf-8-bom", ""},
    {"unicode-1-1-utf-8", ""},
    {"x-utf-8", ""},
    {"us-ascii", ""},
    {"ascii", ""},
    {"usascii", ""},
    {"us_ascii", ""},
    {"ansi_x3.4-1968", ""},
    {"iso646-us", ""},
    {"646", ""},
    {"7bit", ""},
    {"8bit", ""},
    {"binary", ""},
    {"default", ""},
    {"default_charset", ""},
    {"unknown", ""},
    {"unknown-8bit", ""},
    {"x-unknown", ""},
    {"x-user-defined", ""},
    {"iso-8859-1", "windows-1252"},
    {"iso8859-1", "windows-1252"},
    {"iso_8859-1", "windows-1252"},
    {"iso88591", "windows-1252"},
    {"iso-88591", "windows-1252"},
    {"8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"latin-1", "windows-1252"},
    {"iso-latin-1", "windows-1252"},
    {"l1", "windows-1252"},
    {"ansi", "windows-1252"},
    {"cp1252", "windows-1252"},
    {"win-1252", "windows-1252"},
    {"win1252", "windows-1252"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso-8859-8-e", "iso-8859-8"},
    {"iso-8859-6-i", "iso-8859-6"},
    {"iso-8859-6-e", "iso-8859-6"},
    {"iso-8859-9", "windows-1254"},
    {"iso-8859-11", "windows-874"},
    {"tis-620", "windows-874"},
    {"gb2312", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"euc-cn", "gb18030"},
    {"gbk", "gb18030"},
    {"cp936", "gb18030"},
    {"x-gbk", "gb18030"},
    {"ks_c_5601", "windows-949"},
    {"ks_c_5601-1987", "windows-949"},
    {"ks_c_5601-1989", "windows-949"},
    {"ksc5601", "windows-949"},
    {"euc-kr", "windows-949"},
    {"cp949", "windows-949"},
    {"shift_jis", "windows-932"},
    {"shift-jis", "windows-932"},
    {"sjis", "windows-932"},
    {"x-sjis", "windows-932"},
    {"cp932", "windows-932"},
    {"big5-hkscs", "big5-hkscs"},
    {"x-big5", "big5"},
    {"unicode-1-1-utf-7", "utf-7"},
    {"unicode-2-0-utf-7", "utf-7"},
    {"koi8r", "koi8-r"},
    {"koi-8-r", "koi8-r"},
    {"koi8u", "koi8-u"},
    {"iso-2022-jp-2", "iso-2022-jp-2"},
    {"iso-2022-jp", "iso-2022-jp-2"},
    {"macintosh", "macintosh"},
    {"x-mac-roman", "macintosh"},
};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// ICU looks for files by the name and takes options after a comma: neither is for senders to
// choose.
bool harmless(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
           c == ':' || c == '(' || c == ')';
}

// "cp-1251", "cp 1251", "win1251", "windows1251", "windows-cp1251": all of them name a Windows
// page.
std::string windows_page(std::string_view name) {
    for (const std::string_view prefix :
         {"windows-cp", "windows-", "windows", "win-", "win", "cp-", "cp"}) {
        if (!name.starts_with(prefix)) continue;
        const std::string_view page = name.substr(prefix.size());
        const bool digits =
            std::all_of(page.begin(), page.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (digits && page.size() == 4 && page.starts_with("125"))
            return "windows-" + std::string(page);
    }
    return std::string(name);
}

// "iso8859-15", "iso_8859_15", "iso 8859-15", "8859-15", "iso-8859-15:1999".
std::string iso_name(std::string_view name) {
    const std::size_t at = name.find("8859");
    if (at == std::string_view::npos || at > 4) return std::string(name);
    std::string_view part = name.substr(at + 4);
    while (!part.empty() && (part.front() == '-' || part.front() == '_' || part.front() == '.')) {
        part.remove_prefix(1);
    }
    const std::size_t end = part.find_first_not_of("0123456789");
    const std::string_view digits = part.substr(0, end);
    if (digits.empty() || digits.size() > 2) return std::string(name);
    const std::string_view rest = part.substr(digits.size());
    const bool suffix = rest.starts_with("-i") || rest.starts_with("-e");
    return "iso-8859-" + std::string(digits) + (suffix ? std::string(rest) : "");
}

std::optional<std::string> normalised(std::string_view charset) {
    std::string name;
    for (const char c : charset.substr(0, kNameBytesMax + 1)) {
        if (c == ' ' || c == '\t' || c == '"' || c == '\'') continue;
        if (!harmless(lower(c))) return std::nullopt;
        name += lower(c);
    }
    if (name.size() > kNameBytesMax) return std::nullopt;
    while (name.starts_with("x-x-") || name.starts_with("charset"))
        name.erase(0, name.starts_with("x-x-") ? 2 : 7);
    return iso_name(windows_page(name));
}

}  // namespace

std::optional<std::string> icu_charset_name(std::string_view charset) {
    std::optional<std::string> name = normalised(charset);
    if (!name) return std::nullopt;
    for (const Alias& alias : kAliases) {
        if (*name == alias.from) return std::string(alias.to);
    }
    return name;
}

}  // namespace loam::mail
