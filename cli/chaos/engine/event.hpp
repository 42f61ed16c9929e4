// What a fault proxy has done, as it is told to its observer.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "chaos/engine/settings.hpp"

namespace chaos {

enum class kind {
    accepted,    // peer: who; fate: what the seed has decided
    cut,         // manner; told: who was told, empty for both
    black_hole,  // silent: which ways
    left,        // who: gone from a connection of which the other side knows nothing
    dropped,     // who: reset after the other side has left, because too many such wait; text
    ended,       // by its own sides; who ended first, manner
    unreachable, // text: why the server could not be reached; the client was reset
    refused,     // peer; text: why
    port_closed, // new connections are refused by the system from now on
    port_open,   // they are accepted again
    trouble,     // text: something that the proxy lives through, for example no descriptors left
};

enum class manner { fin, rst };

// What was decided about a connection when it was accepted; a function of the seed, the settings
// and its number alone.
struct fate {
    std::optional<milliseconds> cut_at_age;
    std::optional<std::uint64_t> cut_at_byte;
};

struct event {
    chaos::kind kind = kind::trouble;
    std::chrono::system_clock::time_point time;
    std::uint64_t connection = 0;      // 1, 2, 3 … in order of acceptance; 0: none
    milliseconds age{0};               // of the connection; of the closed time for port_open
    std::uint64_t bytes_to_server = 0; // given to the server's socket
    std::uint64_t bytes_to_client = 0;
    chaos::manner manner = manner::fin;
    std::optional<side> who;
    ways silent = ways::both;
    chaos::fate fate;
    std::string peer;
    std::string text;
};

struct counts {
    std::uint64_t accepted = 0;
    std::uint64_t cut = 0;
    std::uint64_t black_holes = 0;
    std::uint64_t ended = 0;
    std::uint64_t unreachable = 0;
    std::uint64_t refused = 0; // by RST; what the closed port refused is known to the system only
    std::uint64_t open = 0;    // at least one of the two sockets
    std::uint64_t bytes_to_server = 0;
    std::uint64_t bytes_to_client = 0;
};

} // namespace chaos
