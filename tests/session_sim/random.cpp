// Random worlds of two session ends. A failure prints its seed and the shortest trace that was
// found: RESOCK_SIM_SEED=n runs one seed, RESOCK_SIM_SEEDS=n sets how many are run.

#include <iostream>

#include "session_sim/play.hpp"
#include "support/catch.hpp"

namespace resock::session::sim {

TEST_CASE("whatever happens, each message of a session is handed over once and in order") {
    const seeds wanted = wanted_seeds(2500);
    played all;
    std::uint32_t failures = 0;
    for (std::uint32_t seed = wanted.first; seed <= wanted.last && failures < 3; ++seed) {
        const plan p = plan_of(seed);
        const played one = play(p);
        if (!one.broken.empty()) {
            ++failures;
            FAIL_CHECK(report(p, {}, one.broken));
        }
        all.sessions += one.sessions;
        all.connections += one.connections;
        all.resumed += one.resumed;
        all.lost += one.lost;
        all.clean += one.clean;
        all.restarts += one.restarts;
        all.redelivered += one.redelivered;
        all.messages += one.messages;
        all.voided += one.voided;
        all.rejected += one.rejected;
    }
    std::cout << "seeds " << wanted.first << " to " << wanted.last << ": " << all.messages
              << " messages, " << all.voided << " that failed, " << all.sessions << " sessions, "
              << all.clean << " with a clean end, " << all.lost << " lost, " << all.connections
              << " connections, " << all.resumed << " resumed, " << all.rejected << " rejected, "
              << all.restarts << " restarts, " << all.redelivered << " messages that came again\n";
    CHECK(failures == 0);
    // The worlds do what they are there for.
    if (wanted.last - wanted.first < 100) return;
    CHECK(all.resumed > 0);
    CHECK(all.restarts > 0);
    CHECK(all.redelivered > 0);
    CHECK(all.lost > 0);
    CHECK(all.clean > 0);
    CHECK(all.voided > 0);
}

TEST_CASE("a seed is a world of sessions: it plays the same twice") {
    for (const std::uint32_t seed : {3u, 4u, 5u}) {
        const played first = play(plan_of(seed), {}, true), second = play(plan_of(seed), {}, true);
        CHECK(first.trace == second.trace);
        CHECK(first.trace.size() > 10);
    }
}

} // namespace resock::session::sim
