#include "job/samples.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bench {

void samples::report(boost::json::object& into) {
    std::sort(ns_.begin(), ns_.end());
    const auto us = [](std::int64_t ns) { return static_cast<double>(ns) / 1000; };
    const auto at = [&](double quantile) {
        if (ns_.empty()) return 0.0;
        const double rank = std::ceil(quantile * static_cast<double>(ns_.size()));
        return us(ns_[static_cast<std::size_t>(std::max(rank, 1.0)) - 1]);
    };
    into["p50_us"] = at(0.5);
    into["p90_us"] = at(0.9);
    into["p99_us"] = at(0.99);
    into["max_us"] = at(1);
    const std::int64_t sum = std::accumulate(ns_.begin(), ns_.end(), std::int64_t{0});
    into["mean_us"] = ns_.empty() ? 0.0 : us(sum) / static_cast<double>(ns_.size());
}

} // namespace bench
