// Ends with a fault that the invariants must notice: a checker that finds nothing is worth nothing.
// Each fault lies outside of the session: in the listener, in the store, in the frames on their
// way.

#include <iostream>

#include "session_sim/play.hpp"
#include "support/catch.hpp"

namespace resock::session::sim {
namespace {

struct mutant {
    const char* name;
    bool faults::*fault;
    std::uint32_t most_seeds; // until it is noticed
};

} // namespace

TEST_CASE("deliberately broken variants of a session are noticed") {
    const mutant m =
        GENERATE(mutant{"no fencing", &faults::no_fencing, 200},
                 mutant{"born is ignored", &faults::born_ignored, 200},
                 mutant{"no check", &faults::no_check, 1000},
                 mutant{"ACK before what it covers is kept", &faults::ack_before_kept, 50},
                 mutant{"parts of a message are not kept", &faults::parts_not_kept, 50},
                 mutant{"an outbox that is trimmed early", &faults::trimmed_early, 50},
                 mutant{"no ACK when the window opens again", &faults::silent_window, 50});
    CAPTURE(m.name);
    faults broken;
    broken.*m.fault = true;
    std::uint32_t seed = 1;
    std::string noticed;
    for (; seed <= m.most_seeds && noticed.empty(); ++seed)
        noticed = play(plan_of(seed), broken).broken;
    std::cout << m.name << ": noticed at seed " << seed - 1 << ": " << noticed << "\n";
    CHECK(noticed != "");
}

} // namespace resock::session::sim
