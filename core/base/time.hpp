// Time below the line: values only. The clock is read above the line and handed in.
#pragma once

#include <chrono>
#include <limits>

namespace resock {

using duration = std::chrono::nanoseconds;

// A steady clock without now(): core/net reads the real one, the simulation makes its own.
struct monotonic {
    using duration = resock::duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<monotonic>;
    static constexpr bool is_steady = true;
};
using time_point = monotonic::time_point;

// The value `unlimited` of an option that is a duration; safe to compare, not to add.
inline constexpr duration unlimited_duration = duration::max();

// `start + length`, or the end of time where that would overflow (length = unlimited).
inline time_point after(time_point start, duration length) {
    return length > time_point::max() - start ? time_point::max() : start + length;
}

} // namespace resock
