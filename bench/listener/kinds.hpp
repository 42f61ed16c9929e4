#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

enum class kind : std::uint8_t {
    slow_opening,    // a byte of the request each 500 ms
    ping_flood,      // empty pings, written one behind the other
    fragments,       // a text message that goes on without end
    no_reading,      // wants 64 KiB messages echoed and never reads
    garbage,         // random bytes, after the opening or instead of it
    connection_flood // connects, says nothing, closes
};

inline constexpr std::array all_kinds = {kind::slow_opening, kind::ping_flood,
                                         kind::fragments,    kind::no_reading,
                                         kind::garbage,      kind::connection_flood};

std::string_view name_of(kind of);

// "a,b,c"; throws std::invalid_argument with the names that there are.
std::vector<kind> kinds_of(std::string_view names);

// What each kind writes again and again once it is open.
struct floods {
    std::string pings;
    std::string first_fragment;
    std::string next_fragment;
    std::string large_message;
    std::string garbage;

    explicit floods(std::uint32_t seed);
};

} // namespace bench
