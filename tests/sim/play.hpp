// One seed: a random link in a random world for a while, then well again until everything ended.
#pragma once

#include <cstdint>
#include <string>

#include "sim/world.hpp"

namespace resock::sim {

struct played {
    std::string broken; // "" where everything held
    std::uint64_t messages = 0;
    std::uint64_t connections = 0;
    std::uint64_t holes = 0;
    std::uint64_t confirmed = 0;
    std::uint64_t failed = 0;
};

played play(std::uint32_t seed, const faults& broken = {});

// From the environment: RESOCK_SIM_SEED (one seed), RESOCK_SIM_SEEDS (how many).
struct seeds {
    std::uint32_t first;
    std::uint32_t last;
};
seeds wanted_seeds(std::uint32_t usual);

} // namespace resock::sim
