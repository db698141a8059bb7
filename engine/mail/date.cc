#include "engine/mail/date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "engine/mail/field_lexer.h"
#include "engine/mail/header.h"

namespace loam::mail {

namespace {

constexpr std::size_t kWordsMax = 20;
constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
struct Zone {
    std::string_view name;
    int hours;
};
// RFC 5322 section 4.3. Military letters count as unknown there, so as UTC, like any other name.
constexpr std::array<Zone, 8> kZones = {{{"edt", -4},
                                         {"est", -5},
                                         {"cdt", -5},
                                         {"cst", -6},
                                         {"mdt", -6},
                                         {"mst", -7},
                                         {"pdt", -7},
                                         {"pst", -8}}};

std::optional<int> number(std::string_view text) {
    int value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || text.size() > 6 || text.front() == '-' || error != std::errc{} ||
        stop != end) {
        return std::nullopt;
    }
    return value;
}

unsigned month_of(std::string_view word) {
    for (std::size_t i = 0; i < kMonths.size(); ++i) {
        if (equal_nocase(word.substr(0, 3), kMonths[i])) return static_cast<unsigned>(i + 1);
    }
    return 0;
}

bool leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in(int year, unsigned month) {
    constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : kDays[month - 1];
}

// hh:mm or hh:mm:ss, with white space around the colons already taken out. Seconds of the day.
std::optional<int> parse_time(std::string_view text) {
    std::array<int, 3> parts = {0, 0, 0};
    std::size_t count = 0;
    while (count < parts.size()) {
        const std::size_t colon = text.find(':');
        const auto value = number(text.substr(0, std::min(colon, text.find('.'))));
        if (!value) return std::nullopt;
        parts[count++] = *value;
        if (colon == std::string_view::npos) break;
        text.remove_prefix(colon + 1);
    }
    // A second of 60 is a leap second: RFC 5322 section 3.3.
    if (count < 2 || parts[0] > 23 || parts[1] > 59 || parts[2] > 60) return std::nullopt;
    return parts[0] * 3600 + parts[1] * 60 + parts[2];
}

int parse_zone(std::string_view word) {
    if (word.size() == 5 && (word[0] == '+' || word[0] == '-')) {
        const auto value = number(word.substr(1));
        if (!value || *value % 100 > 59) return 0;
        const int minutes = *value / 100 * 60 + *value % 100;
        return word[0] == '-' ? -minutes : minutes;
    }
    for (const Zone& zone : kZones) {
        if (equal_nocase(word, zone.name)) return zone.hours * 60;
    }
    return 0;
}

// RFC 5322 section 4.3: two digits below 50 are of this century, and three digits count from 1900.
// So do four digits of which the first is 0: some programs wrote 0102 for 2002.
int full_year(int year, std::size_t digits) {
    if (digits <= 2) return year < 50 ? year + 2000 : year + 1900;
    return year < 1000 ? year + 1900 : year;
}

// The words of the field, commas and comments gone; "12 : 30" is one word.
std::vector<std::string> words_of(std::string_view body) {
    FieldLexer lexer(body);
    std::vector<std::string> words;
    bool join = false;
    while (words.size() < kWordsMax) {
        lexer.skip_cfws();
        if (lexer.at_end()) break;
        if (lexer.take(',')) continue;
        const std::string_view word = lexer.run_until(",(");
        if (!words.empty() && (join || word.starts_with(':'))) {
            words.back() += word;
        } else {
            words.emplace_back(word);
        }
        join = word.ends_with(':');
    }
    return words;
}

// "22-Aug-2002", as RFC 850 wrote it, is three words.
void split_dashes(std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string word = words[i];
        const std::size_t first = word.find('-');
        const std::size_t second = word.find('-', first + 1);
        if (first == 0 || first == std::string::npos || second == std::string::npos) continue;
        words[i] = word.substr(0, first);
        const auto at = words.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        words.insert(at, {word.substr(first + 1, second - first - 1), word.substr(second + 1)});
        return;
    }
}

struct Fields {
    std::optional<int> day, year, time;
    unsigned month = 0;
    int zone = 0;
    bool time_seen = false;
};

bool is_zone(std::string_view word) {
    return word.starts_with('+') || word.starts_with('-') ||
           (!word.empty() && !(word.front() >= '0' && word.front() <= '9'));
}

// Takes the words in any order that people write, asctime's included: a name is the month, the
// first number of one or two digits the day, what has a colon the time.
void take_word(std::string_view word, Fields& fields) {
    if (word.find(':') != std::string_view::npos) {
        if (!fields.time_seen) fields.time = parse_time(word);
        fields.time_seen = true;
        return;
    }
    if (fields.month == 0 && month_of(word) != 0) {
        fields.month = month_of(word);
        return;
    }
    if (const auto value = number(word)) {
        if (!fields.day && word.size() <= 2) {
            fields.day = value;
        } else if (!fields.year && word.size() <= 4) {
            fields.year = full_year(*value, word.size());
        }
        return;
    }
    if (fields.time_seen && fields.zone == 0 && is_zone(word)) fields.zone = parse_zone(word);
}

}  // namespace

std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
    // Years begin in March here, so that the leap day is a year's last; eras have 400 years.
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t year_of_era = year - era * 400;
    const unsigned month_of_year = month > 2 ? month - 3 : month + 9;
    const std::int64_t day_of_year = (153 * month_of_year + 2) / 5 + day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146'097 + day_of_era - 719'468;
}

std::optional<ParsedDate> parse_date(std::string_view body) {
    std::vector<std::string> words = words_of(body);
    split_dashes(words);
    Fields fields;
    for (const std::string& word : words)
        take_word(word, fields);
    if (!fields.day || !fields.year || fields.month == 0) return std::nullopt;
    if (*fields.day < 1 || *fields.year < 1 || *fields.day > days_in(*fields.year, fields.month)) {
        return std::nullopt;
    }
    const std::int64_t days =
        days_from_civil(*fields.year, fields.month, static_cast<unsigned>(*fields.day));
    return ParsedDate{
        .utc_seconds = days * 86'400 + fields.time.value_or(0) - std::int64_t{fields.zone} * 60,
        .zone_minutes = static_cast<std::int16_t>(fields.zone)};
}

}  // namespace loam::mail
