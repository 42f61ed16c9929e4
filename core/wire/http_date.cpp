#include "wire/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace resock::wire {

namespace {

// Day name, day, month, year, hour, minute, second, zone.
constexpr std::size_t most_words = 8;

struct words {
    std::array<std::string_view, most_words> at;
    std::size_t count = 0;
};

// All three forms are the same words between different separators. Empty where there are too many.
std::optional<words> split(std::string_view text) {
    constexpr std::string_view separators = " ,-:";
    words found;
    while (true) {
        const std::size_t begin = text.find_first_not_of(separators);
        if (begin == text.npos) return found;
        if (found.count == most_words) return {};
        text.remove_prefix(begin);
        const std::size_t size = std::min(text.find_first_of(separators), text.size());
        found.at[found.count++] = text.substr(0, size);
        text.remove_prefix(size);
    }
}

// Up to four digits, no more than `most`; -1 where they are something else.
int number(std::string_view text, int most) {
    int value = 0;
    const char* const end = text.data() + text.size();
    if (text.empty() || text.size() > 4) return -1;
    const auto result = std::from_chars(text.data(), end, value);
    return result.ec == std::errc() && result.ptr == end && value <= most ? value : -1;
}

// 1 to 12; 0 for anything else.
unsigned month_number(std::string_view name) {
    constexpr std::array<std::string_view, 12> names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? 0 : static_cast<unsigned>(found - names.begin() + 1);
}

int year_number(std::string_view text, std::int64_t unix_now) {
    const int year = number(text, 9999);
    if (text.size() == 4 || year < 0) return year;
    if (text.size() != 2) return -1;
    const std::chrono::sys_days today = std::chrono::floor<std::chrono::days>(
        std::chrono::sys_seconds(std::chrono::seconds(unix_now)));
    const int this_year = static_cast<int>(std::chrono::year_month_day(today).year());
    const int guess = this_year - this_year % 100 + year;
    return guess > this_year + 50 ? guess - 100 : guess;
}

} // namespace

std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t unix_now) {
    const auto found = split(text);
    if (!found || found->count < 7) return {};
    const auto& word = found->at;
    // asctime has no zone, the month ahead of the day, and the year last.
    const bool asctime = found->count == 7;
    if (!asctime && word[7] != "GMT") return {};
    const std::size_t clock = asctime ? 3 : 4;
    const int year = year_number(word[asctime ? 6 : 3], unix_now);
    const unsigned month = month_number(word[asctime ? 1 : 2]);
    const int day = number(word[asctime ? 2 : 1], 31);
    const int hour = number(word[clock], 23);
    const int minute = number(word[clock + 1], 59);
    const int second = number(word[clock + 2], 60); // a leap second
    if (year < 0 || month == 0 || day < 1 || hour < 0 || minute < 0 || second < 0) return {};

    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return {};
    const std::chrono::seconds midnight = std::chrono::sys_days(date).time_since_epoch();
    return midnight.count() + hour * 3600 + minute * 60 + second;
}

} // namespace resock::wire
