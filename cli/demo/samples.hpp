// The course of a run, in a bounded number of samples.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "demo/settings.hpp"

namespace demo {

constexpr std::size_t side_count = 3; // plain, resock, exactly-once

struct sample {
    double at_s = 0; // since the start
    std::array<std::uint64_t, side_count> sent{};
    std::array<std::uint64_t, side_count> distinct{};
};

class samples {
  public:
    // Left out where it comes sooner after the one before than the interval: 10 ms, which is
    // doubled whenever the bound is reached.
    void add(const sample& taken);
    void add_last(const sample& taken);
    const std::vector<sample>& all() const { return all_; }

  private:
    double interval_s_ = 0.01;
    std::vector<sample> all_;
};

} // namespace demo
