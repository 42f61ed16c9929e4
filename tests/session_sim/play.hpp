// One seed played; what it broke, and the shortest way to break it that was found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "session_sim/plan.hpp"

namespace resock::session::sim {

struct played {
    std::string broken; // "" where everything held
    std::vector<std::string> trace;
    std::uint64_t sessions = 0, connections = 0, resumed = 0, lost = 0, clean = 0;
    std::uint64_t restarts = 0, redelivered = 0, messages = 0, voided = 0, rejected = 0;
};

played play(const plan&, const faults& broken = {}, bool tracing = false);

// Fewer steps, simpler ends, the same complaint.
plan shorten(const plan&, const faults& broken, const std::string& complaint);
// For people: the seed, the steps, the trace.
std::string report(const plan& failed, const faults& broken, const std::string& complaint);

// From the environment: RESOCK_SIM_SEED (one seed), RESOCK_SIM_SEEDS (how many).
struct seeds {
    std::uint32_t first;
    std::uint32_t last;
};
seeds wanted_seeds(std::uint32_t usual);

} // namespace resock::session::sim
