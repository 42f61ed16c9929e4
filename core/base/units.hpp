// Text of durations, sizes, numbers and booleans, as options write them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace resock {

// "10s" "500ms" "1.5s" "5min" "2h" "20us" "7ns"; "0" needs no unit. Empty where the text is none,
// is finer than 1 ns or longer than a duration (292 years). `unlimited` is the option's to know.
std::optional<duration> parse_duration(std::string_view text);
// "0" "64" "16KiB" "8MiB" "1GiB", also "64kB" "1MB" "1GB" as 10^3, 10^6, 10^9; bytes.
std::optional<std::uint64_t> parse_size(std::string_view text);
std::optional<std::uint64_t> parse_count(std::string_view text);
std::optional<double> parse_number(std::string_view text); // finite, "." as the point, any locale
std::optional<bool> parse_bool(std::string_view text);     // "true" or "false" only

// A short text that parses back: "10s", "500ms", "1.5s", "5min", "8MiB"; "unlimited" for
// unlimited_duration.
std::string format_duration(duration value);
std::string format_size(std::uint64_t bytes);

// For sentences, rounded: "35 ms", "0.8 s", "12 s", "3 min 20 s", "2 h 5 min".
std::string spoken_duration(duration value);

// The name of `known` that a person most likely meant, empty where none is near (edit distance).
template<class Range>
std::string_view nearest_name(std::string_view wrong, const Range& known);

// Levenshtein distance, bounded: returns `limit` + 1 as soon as it must be larger.
std::size_t edit_distance(std::string_view left, std::string_view right, std::size_t limit);

template<class Range>
std::string_view nearest_name(std::string_view wrong, const Range& known) {
    std::string_view best;
    std::size_t distance = wrong.size() / 3 + 2;
    for (std::string_view name : known) {
        const std::size_t d = edit_distance(wrong, name, distance);
        if (d < distance) {
            distance = d;
            best = name;
        }
    }
    return best;
}

} // namespace resock
