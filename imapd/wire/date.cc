#include "imapd/wire/date.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int32_t kZoneMinutesMax = 24 * 60;
constexpr std::int64_t kFirstDay = -719'528;  // 0000-01-01
constexpr std::int64_t kLastDay = 2'932'896;  // 9999-12-31

/// Takes fixed things from the front; after the first that does not fit it is broken and stays so.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::int32_t digits(std::size_t least, std::size_t most) {
        std::int32_t value = 0;
        std::size_t count = 0;
        for (; count < most && count < text_.size() && is_digit(text_[count]); ++count)
            value = value * 10 + (text_[count] - '0');
        if (count < least) good_ = false;
        text_.remove_prefix(count);
        return value;
    }
    bool accept(char c) {
        if (!text_.starts_with(c)) return false;
        text_.remove_prefix(1);
        return true;
    }
    void expect(char c) {
        if (!accept(c)) good_ = false;
    }
    unsigned month() {
        const std::string_view name = text_.substr(0, 3);
        text_.remove_prefix(name.size());
        for (std::size_t i = 0; i < kMonths.size(); ++i)
            if (ascii_iequals(kMonths[i], name)) return static_cast<unsigned>(i + 1);
        good_ = false;
        return 1;
    }
    bool good() const { return good_; }
    bool finished() const { return good_ && text_.empty(); }

  private:
    std::string_view text_;
    bool good_ = true;
};

// date-day "-" date-month "-" date-year
std::optional<std::int32_t> take_day(Reader& reader) {
    const auto day = static_cast<unsigned>(reader.digits(1, 2));
    reader.expect('-');
    const unsigned month = reader.month();
    reader.expect('-');
    const std::int32_t year = reader.digits(4, 4);
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                           std::chrono::day{day}};
    if (!reader.good() || !date.ok()) return std::nullopt;
    return static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
}

// time: seconds of the day, where 60 is a leap second
std::optional<std::int32_t> take_time(Reader& reader) {
    const std::int32_t hours = reader.digits(2, 2);
    reader.expect(':');
    const std::int32_t minutes = reader.digits(2, 2);
    reader.expect(':');
    const std::int32_t seconds = reader.digits(2, 2);
    if (!reader.good() || hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
    return (hours * 60 + minutes) * 60 + seconds;
}

// zone, in minutes
std::optional<std::int32_t> take_zone(Reader& reader) {
    const bool west = reader.accept('-');
    if (!west) reader.expect('+');
    const std::int32_t hours = reader.digits(2, 2);
    const std::int32_t minutes = reader.digits(2, 2);
    const std::int32_t zone = hours * 60 + minutes;
    if (!reader.good() || minutes > 59 || zone > kZoneMinutesMax) return std::nullopt;
    return west ? -zone : zone;
}

// "Feb-1994"
std::string month_and_year(const std::chrono::year_month_day& date) {
    std::string year = std::to_string(static_cast<int>(date.year()));
    year.insert(0, 4 - year.size(), '0');
    return std::string(kMonths[static_cast<unsigned>(date.month()) - 1]) + '-' + year;
}

std::chrono::year_month_day calendar(std::int64_t days) {
    const std::chrono::days clamped{std::clamp(days, kFirstDay, kLastDay)};
    return std::chrono::year_month_day{std::chrono::sys_days{clamped}};
}

// The zone as it can be printed: the record it came from may be damaged.
std::int64_t zone_of(const DateTime& when) {
    return std::clamp<std::int64_t>(when.zone_minutes, -kZoneMinutesMax, kZoneMinutesMax);
}

std::int64_t local_seconds(const DateTime& when) {
    const std::int64_t first = kFirstDay * kDaySeconds;
    const std::int64_t last = (kLastDay + 1) * kDaySeconds - 1;
    const std::int64_t zone = zone_of(when) * 60;
    return std::clamp(when.unix_seconds, first - zone, last - zone) + zone;
}

void put_two(char* at, std::int64_t value) {
    at[0] = static_cast<char>('0' + value / 10);
    at[1] = static_cast<char>('0' + value % 10);
}

}  // namespace

Result<Date> parse_date(std::string_view text) {
    Reader reader(text);
    const auto days = take_day(reader);
    if (!days || !reader.finished()) return fail(Errc::invalid, "not a date");
    return Date{*days};
}

Result<DateTime> parse_date_time(std::string_view text) {
    Reader reader(text);
    reader.accept(' ');
    const auto days = take_day(reader);
    reader.expect(' ');
    const auto seconds = take_time(reader);
    reader.expect(' ');
    const auto zone = take_zone(reader);
    if (!days || !seconds || !zone || !reader.finished())
        return fail(Errc::invalid, "not a date and time");
    return DateTime{
        .unix_seconds = *days * kDaySeconds + *seconds - *zone * std::int64_t{60},
        .zone_minutes = static_cast<std::int16_t>(*zone),
    };
}

std::string to_string(Date date) {
    const auto calendar_day = calendar(date.days);
    return std::to_string(static_cast<unsigned>(calendar_day.day())) + '-' +
           month_and_year(calendar_day);
}

std::string to_string(const DateTime& when) {
    std::string out;
    append_date_time(out, when);
    return out;
}

void append_date_time(std::string& out, const DateTime& when) {
    const std::int64_t seconds = local_seconds(when);
    const std::int64_t of_day = ((seconds % kDaySeconds) + kDaySeconds) % kDaySeconds;
    const auto date = calendar((seconds - of_day) / kDaySeconds);
    const std::int64_t zone = zone_of(when);
    const std::int64_t off = zone < 0 ? -zone : zone;

    char text[] = "dd-Mon-yyyy hh:mm:ss +hhmm";
    put_two(text, static_cast<unsigned>(date.day()));
    if (text[0] == '0') text[0] = ' ';
    std::ranges::copy(kMonths[static_cast<unsigned>(date.month()) - 1], text + 3);
    put_two(text + 7, static_cast<int>(date.year()) / 100);
    put_two(text + 9, static_cast<int>(date.year()) % 100);
    put_two(text + 12, of_day / 3600);
    put_two(text + 15, of_day / 60 % 60);
    put_two(text + 18, of_day % 60);
    text[21] = zone < 0 ? '-' : '+';
    put_two(text + 22, off / 60);
    put_two(text + 24, off % 60);
    out.append(text, sizeof text - 1);
}

Date day_of(const DateTime& when) {
    const std::int64_t seconds = local_seconds(when);
    const std::int64_t of_day = ((seconds % kDaySeconds) + kDaySeconds) % kDaySeconds;
    return Date{static_cast<std::int32_t>((seconds - of_day) / kDaySeconds)};
}

}  // namespace loam::imap
