#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <vector>

namespace bench {

// Durations, each kept, so that two clients that differ by a percent can be told apart.
class samples {
  public:
    void reserve(std::size_t count) { ns_.reserve(count); }
    void record(std::int64_t ns) { ns_.push_back(ns); }
    std::size_t count() const { return ns_.size(); }

    // p50_us, p90_us, p99_us, max_us, mean_us; 0 without samples.
    void report(boost::json::object& into);

  private:
    std::vector<std::int64_t> ns_;
};

} // namespace bench
