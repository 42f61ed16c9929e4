// The course of a run, in a bounded number of samples.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "demo/settings.hpp"

namespace demo {

constexpr std::size_t side_count = 2;

struct sample {
    double at_s = 0; // since the start
    std::array<std::uint64_t, side_count> sent{};
    std::array<std::uint64_t, side_count> distinct{};
};

class samples {
  public:
    // Time until the next one is wanted: 10 ms, doubled whenever the bound is reached.
    milliseconds interval() const { return interval_; }
    void add(const sample& taken);
    const std::vector<sample>& all() const { return all_; }

  private:
    milliseconds interval_{10};
    std::vector<sample> all_;
};

} // namespace demo
