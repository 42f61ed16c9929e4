// What `resock demo` is asked to show.
#pragma once

#include <chrono>
#include <cstdint>

namespace demo {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

struct settings {
    std::uint64_t messages = 50'000;
    std::uint64_t rate = 5'000; // messages/s
    std::uint64_t cuts = 10;    // of each side
    milliseconds delay{10};     // one way
    milliseconds cut_every{0};  // age of a connection, give or take a quarter
    milliseconds time_limit{0}; // of the whole run
    std::uint64_t seed = 1;
};

} // namespace demo
