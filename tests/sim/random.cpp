// Random links in random worlds. A failure prints its seed: RESOCK_SIM_SEED=n runs it alone,
// RESOCK_SIM_TRACE=1 tells what happened; RESOCK_SIM_SEEDS=n sets how many are run.

#include <iostream>

#include "sim/play.hpp"
#include "support/catch.hpp"

namespace resock::sim {

TEST_CASE("whatever happens, every message ends once and as it was promised") {
    const seeds wanted = wanted_seeds(1500);
    played all;
    for (std::uint32_t seed = wanted.first; seed <= wanted.last; ++seed) {
        const played one = play(seed);
        INFO("rerun with RESOCK_SIM_SEED=" << seed << " RESOCK_SIM_TRACE=1");
        CHECK(one.broken == "");
        all.messages += one.messages;
        all.connections += one.connections;
        all.holes += one.holes;
        all.confirmed += one.confirmed;
        all.failed += one.failed;
    }
    std::cout << "seeds " << wanted.first << " to " << wanted.last << ": " << all.messages
              << " messages, " << all.confirmed << " confirmed, " << all.failed << " failed, "
              << all.connections << " connections, " << all.holes << " black holes\n";
    // The worlds do what they are there for.
    CHECK(all.connections > wanted.last - wanted.first);
    CHECK(all.confirmed > 0);
}

TEST_CASE("a seed is a world: it plays the same twice") {
    for (const std::uint32_t seed : {3u, 4u, 5u}) {
        const played first = play(seed), second = play(seed);
        CHECK(first.connections == second.connections);
        CHECK(first.confirmed == second.confirmed);
        CHECK(first.broken == second.broken);
    }
}

} // namespace resock::sim
