// Decisions that a seed repeats.
#pragma once

#include <cstdint>
#include <random>

#include "chaos/engine/event.hpp"
#include "chaos/engine/settings.hpp"

namespace chaos {

// A sequence of its own for each seed, connection and purpose, the same on every machine.
class dice {
  public:
    enum purpose : std::uint32_t { cutting, jitter_to_server, jitter_to_client };

    dice(std::uint64_t seed, std::uint64_t connection, purpose use);
    double uniform(); // [0, 1)

  private:
    std::mt19937_64 engine_;
};

fate fate_of(const settings& faults, std::uint64_t connection);

} // namespace chaos
