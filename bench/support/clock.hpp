#pragma once

#include <cstdint>
#include <ctime>

namespace bench {

constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t ns_per_ms = 1'000'000;

inline std::int64_t read_clock_ns(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return time.tv_sec * ns_per_s + time.tv_nsec;
}

inline std::int64_t now_ns() {
    return read_clock_ns(CLOCK_MONOTONIC);
}

// CPU time of this process so far.
inline std::int64_t cpu_ns() {
    return read_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

inline std::int64_t percent(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? (100 * part + whole / 2) / whole : 0;
}

} // namespace bench
