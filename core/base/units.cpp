#include "base/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <system_error>
#include <utility>
#include <vector>

#include "base/ascii.hpp"

namespace resock {

namespace {

struct unit {
    std::string_view name;
    std::uint64_t value;
};

// Nanoseconds, largest first.
constexpr std::array<unit, 6> time_units{{{"h", 3'600'000'000'000},
                                          {"min", 60'000'000'000},
                                          {"s", 1'000'000'000},
                                          {"ms", 1'000'000},
                                          {"us", 1'000},
                                          {"ns", 1}}};
constexpr std::array<unit, 3> binary_units{
    {{"GiB", std::uint64_t{1} << 30}, {"MiB", std::uint64_t{1} << 20}, {"KiB", 1 << 10}}};
constexpr std::array<unit, 3> decimal_units{
    {{"GB", 1'000'000'000}, {"MB", 1'000'000}, {"kB", 1'000}}};

template<std::size_t N>
std::optional<std::uint64_t> unit_value(const std::array<unit, N>& units, std::string_view name) {
    for (const unit& known : units) {
        if (known.name == name) return known.value;
    }
    return std::nullopt;
}

std::size_t leading_digits(std::string_view text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    return static_cast<std::size_t>(end - text.begin());
}

// number × scale, empty where it exceeds `limit`.
std::optional<std::uint64_t> scaled(std::string_view number, std::uint64_t scale,
                                    std::uint64_t limit) {
    const auto value = parse_count(number);
    if (!value || *value > limit / scale) return std::nullopt;
    return *value * scale;
}

// ".25" of `scale`, exact; empty where it is finer than 1.
std::optional<std::uint64_t> fraction(std::string_view digits, std::uint64_t scale) {
    std::uint64_t sum = 0;
    for (const char c : digits) {
        if (scale % 10 != 0) return std::nullopt;
        scale /= 10;
        sum += scale * static_cast<std::uint64_t>(c - '0');
    }
    return sum;
}

// "1.5" of 1500 thousandths.
std::string with_point(std::uint64_t thousandths) {
    std::string tail = std::to_string(1000 + thousandths % 1000).substr(1);
    tail.erase(tail.find_last_not_of('0') + 1);
    return std::to_string(thousandths / 1000) + (tail.empty() ? "" : "." + tail);
}

std::string two_units(std::uint64_t large, const char* large_name, std::uint64_t small,
                      const char* small_name) {
    std::string made = std::to_string(large) + large_name;
    return small ? made + " " + std::to_string(small) + small_name : made;
}

} // namespace

std::optional<duration> parse_duration(std::string_view text) {
    if (text == "0") return duration::zero();
    const std::size_t whole = leading_digits(text);
    std::string_view rest = text.substr(whole);
    std::string_view decimals;
    if (!rest.empty() && rest.front() == '.') {
        decimals = rest.substr(1, leading_digits(rest.substr(1)));
        rest.remove_prefix(1 + decimals.size());
        if (decimals.empty()) return std::nullopt;
    }
    const auto scale = unit_value(time_units, rest);
    if (!scale) return std::nullopt;
    // Below duration::max(), which means unlimited.
    const auto limit = static_cast<std::uint64_t>(duration::max().count()) - 1;
    const auto large = scaled(text.substr(0, whole), *scale, limit);
    const auto small = fraction(decimals, *scale);
    if (!large || !small || *small > limit - *large) return std::nullopt;
    return duration(static_cast<duration::rep>(*large + *small));
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    const std::size_t whole = leading_digits(text);
    const std::string_view name = text.substr(whole);
    auto scale = name.empty() ? std::optional<std::uint64_t>(1) : unit_value(binary_units, name);
    if (!scale) scale = unit_value(decimal_units, name);
    if (!scale) return std::nullopt;
    return scaled(text.substr(0, whole), *scale, std::numeric_limits<std::uint64_t>::max());
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<double> parse_number(std::string_view text) {
    double value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (!std::isfinite(value)) return std::nullopt;
    return value;
}

std::optional<bool> parse_bool(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return std::nullopt;
}

std::string format_duration(duration value) {
    if (value == unlimited_duration) return "unlimited";
    if (value < duration::zero())
        return "-" +
               format_duration(value == duration::min() ? duration::max() - duration(1) : -value);
    if (value == duration::zero()) return "0";
    const auto count = static_cast<std::uint64_t>(value.count());
    const auto* found = std::find_if(time_units.begin(), time_units.end(),
                                     [&](const unit& each) { return count % each.value == 0; });
    std::string whole = std::to_string(count / found->value) + std::string(found->name);
    // "1.5s" is easier to read than "1500ms"; minutes and hours are not decimal.
    const auto* above = found - 1;
    if (found->value >= time_units[2].value || count < above->value) return whole;
    std::string broken = with_point(count / found->value) + std::string(above->name);
    return broken.size() < whole.size() ? broken : whole;
}

std::string format_size(std::uint64_t bytes) {
    if (bytes == 0) return "0";
    for (const unit& each : binary_units) {
        if (bytes % each.value == 0) {
            return std::to_string(bytes / each.value) + std::string(each.name);
        }
    }
    return std::to_string(bytes);
}

std::string spoken_duration(duration value) {
    if (value == unlimited_duration) return "unlimited time";
    if (value <= duration::zero()) return "0 s";
    const auto count = static_cast<std::uint64_t>(value.count());
    if (count < 1'000'000) return "under 1 ms";
    if (count < 99'500'000) return std::to_string((count + 500'000) / 1'000'000) + " ms";
    const std::uint64_t tenths = (count + 50'000'000) / 100'000'000;
    if (tenths < 100) return with_point(tenths * 100) + " s";
    const std::uint64_t seconds = (count + 500'000'000) / 1'000'000'000;
    if (seconds < 60) return std::to_string(seconds) + " s";
    if (seconds < 3600) return two_units(seconds / 60, " min", seconds % 60, " s");
    const std::uint64_t minutes = (seconds + 30) / 60;
    if (minutes < 24 * 60) return two_units(minutes / 60, " h", minutes % 60, " min");
    const std::uint64_t hours = (minutes + 30) / 60;
    return two_units(hours / 24, " d", hours % 24, " h");
}

std::size_t edit_distance(std::string_view left, std::string_view right, std::size_t limit) {
    if (left.size() > right.size()) std::swap(left, right);
    if (right.size() - left.size() > limit) return limit + 1;
    std::vector<std::size_t> row(left.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t r = 1; r <= right.size(); ++r) {
        std::size_t diagonal = row[0];
        std::size_t smallest = row[0] = r;
        for (std::size_t l = 1; l <= left.size(); ++l) {
            const std::size_t substituted = diagonal + (left[l - 1] != right[r - 1]);
            diagonal = row[l];
            row[l] = std::min({row[l] + 1, row[l - 1] + 1, substituted});
            smallest = std::min(smallest, row[l]);
        }
        if (smallest > limit) return limit + 1;
    }
    return std::min(row.back(), limit + 1);
}

} // namespace resock
