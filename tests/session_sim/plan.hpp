// What happens in the world of one seed: a list that can be made shorter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "session_sim/world.hpp"

namespace resock::session::sim {

enum class act : std::uint8_t {
    client_sends,
    server_sends,
    client_notes,
    client_busy,
    server_busy,
    make_room,
    cut,
    half_open,
    black_hole,
    give_up,
    slow_attempt,
    network_down,
    network_changes,
    client_sleeps,
    server_sleeps,
    client_restarts,
    server_restarts,
    server_forgets,
    overload,
    go_away,
    ask_token,
    client_ends,
    server_ends,
    abort,
    remember,
    roll_back,
    wait_ttl,
    nothing,
};
const char* name_of(act);

struct plan_step {
    duration wait{};
    act what = act::nothing;
    std::uint32_t dice = 0; // of its own: a step is the same whatever went before
};

struct plan {
    std::uint32_t seed = 0;
    sim::setup setup;
    std::vector<plan_step> steps;
    // A roll-back is not told where both lives end in the same frame, as VOIDs are (protocol §8).
    bool no_voids = false;
};

plan plan_of(std::uint32_t seed);
void carry_out(world&, const plan_step&, const plan&);

} // namespace resock::session::sim
