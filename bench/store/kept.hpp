// Messages through the store: queued, told stored, acknowledged.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/store/session_store.hpp"

namespace bench {

struct traffic {
    std::string folder;
    resock::net::store_sync sync = resock::net::store_sync::normal;
    std::uint64_t messages = 1000000;
    std::uint64_t in_flight = 1000; // queued and not yet acknowledged
    std::uint64_t burst = 32;       // messages of one append, as of one wake of a link
    std::size_t bytes = 64;
};

// One transaction: so many messages, after those up to `acked` were acknowledged.
struct transaction {
    std::uint64_t messages = 0;
    std::uint64_t acked = 0;
};

struct outcome {
    double seconds = 0;
    std::vector<transaction> transactions;
};

// A message is acknowledged as soon as it is stored. Throws where what is left in the file is not
// what was not acknowledged.
outcome run_store(const traffic&);

} // namespace bench
