// Worlds with a fault that the invariants must notice: a checker that finds nothing is worth
// nothing.

#include "sim/play.hpp"
#include "support/catch.hpp"

namespace resock::sim {
namespace {

struct mutant {
    const char* name;
    bool faults::*fault;
    const char* noticed; // part of the complaint that tells it is this one
};

} // namespace

TEST_CASE("deliberately broken variants are noticed") {
    const mutant m = GENERATE(
        mutant{"a pong that comes before the messages were read", &faults::pong_before_reading,
               "confirmed and not received"},
        mutant{"an endpoint that loses one message", &faults::drop_one_message,
               "confirmed and not received"},
        mutant{"what was resent is lost", &faults::resends_are_lost, "confirmed and not received"},
        mutant{"CONFIRMED of one message too many", &faults::confirm_of_another, ""},
        mutant{"a CONFIRMED that is not told", &faults::lose_one_confirmed, ""},
        mutant{"a FAILED that is told twice", &faults::failed_twice, "ended twice"},
        mutant{"messages out of order", &faults::swap_messages, "on one connection"},
        mutant{"messages that arrive twice", &faults::message_twice, "received twice"},
        mutant{"a greeting behind the messages", &faults::greeting_last, "before the greeting"},
        mutant{"inspections that nobody answers", &faults::no_inspection,
               "a deadline that no tick clears"},
        mutant{"a black hole that looks alive", &faults::life_in_a_hole,
               "black hole was not noticed"});
    CAPTURE(m.name);
    faults broken;
    broken.*m.fault = true;
    constexpr std::uint32_t seeds = 200;
    std::uint32_t noticed = 0;
    for (std::uint32_t seed = 1; seed <= seeds && noticed == 0; ++seed)
        noticed += play(seed, broken).broken.find(m.noticed) != std::string::npos &&
                   play(seed, broken).broken != "" && play(seed).broken == "";
    CHECK(noticed > 0);
}

} // namespace resock::sim
