// What a fault proxy does to the connections through it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace chaos {

using std::chrono::milliseconds;

enum class side { client, server };
enum class way { to_server, to_client };
enum class ways { both, to_server, to_client };

constexpr side other(side which) {
    return which == side::client ? side::server : side::client;
}

constexpr way other(way which) {
    return which == way::to_server ? way::to_client : way::to_server;
}

constexpr side source_of(way which) {
    return which == way::to_server ? side::client : side::server;
}

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

struct address {
    std::string host; // a name, an IPv4 or an IPv6 address without brackets
    std::uint16_t port = 0;
};

// A moment in the life of a connection: its age, or its bytes in one way. At most one is set.
struct moment {
    std::optional<milliseconds> age;
    std::optional<std::uint64_t> bytes;

    bool is_set() const { return age || bytes; }
};

struct settings {
    address listen = {"127.0.0.1", 0}; // port 0: one that is free
    address to;

    moment cut_every;                           // of each connection
    unsigned cut_spread_percent = 25;           // cut_every is varied by up to so much
    std::optional<std::uint64_t> cut_at_byte;   // exactly, never varied
    way cut_way = way::to_server;               // whose bytes are counted for a cut
    std::uint64_t cuts = unlimited;             // in all
    bool reset = false;                         // a cut is an RST, else a FIN
    std::optional<side> unaware;                // half-open: a cut is not told to this side
    milliseconds refuse_for{0};                 // after a cut the port is closed for so long
    std::uint64_t refuse = 0;                   // then so many connections are accepted and reset
    moment blackhole_after;                     // never varied
    ways blackhole_ways = ways::both;           // what no longer passes
    std::uint64_t blackholes = unlimited;       // in all
    milliseconds delay{0};                      // one way
    milliseconds jitter{0};                     // up to so much more, order kept
    std::uint64_t bandwidth = 0;                // bytes/s of each direction; 0: no limit
    std::size_t buffer_bytes = 4 * 1024 * 1024; // held by one direction of one connection
    std::size_t connections = 1000;             // open at a time; more are reset
    std::optional<milliseconds> lifetime;       // of the proxy
    std::uint64_t seed = 1;
};

} // namespace chaos
