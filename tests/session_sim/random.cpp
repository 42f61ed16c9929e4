// Random worlds of two session ends. A failure prints its seed and the shortest trace that was
// found: RESOCK_SIM_SEED=n runs one seed, RESOCK_SIM_SEEDS=n sets how many are run.

#include <iostream>

#include "session_sim/play.hpp"
#include "support/catch.hpp"

namespace resock::session::sim {

namespace {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint32_t usual_seeds = 500; // each is several times as slow
#else
constexpr std::uint32_t usual_seeds = 2500;
#endif
} // namespace

TEST_CASE("whatever happens, each message of a session is handed over once and in order") {
    const seeds wanted = wanted_seeds(usual_seeds);
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
}

} // namespace resock::session::sim
