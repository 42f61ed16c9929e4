#include "histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bench {

namespace {

// Each doubling of the value is divided into `steps` buckets; below 2 * steps they are exact.
constexpr int step_bits = 7;
constexpr std::size_t steps = std::size_t{1} << step_bits;
constexpr std::size_t bucket_count = (64 - step_bits) * steps + steps;

std::size_t bucket_of(std::uint64_t value) {
    const int width = static_cast<int>(std::bit_width(value));
    const int shift = std::max(0, width - step_bits - 1);
    return static_cast<std::size_t>(shift) * steps + static_cast<std::size_t>(value >> shift);
}

std::int64_t largest_in(std::size_t bucket) {
    const std::size_t shift = bucket < 2 * steps ? 0 : bucket / steps - 1;
    return static_cast<std::int64_t>(((bucket - shift * steps + 1) << shift) - 1);
}

} // namespace

histogram::histogram()
    : buckets_(bucket_count) {
}

void histogram::record(std::int64_t value_ns) {
    value_ns = std::max<std::int64_t>(value_ns, 0);
    ++buckets_[bucket_of(static_cast<std::uint64_t>(value_ns))];
    ++count_;
    max_ns_ = std::max(max_ns_, value_ns);
}

std::int64_t histogram::at(double quantile) const {
    if (count_ == 0) return 0;
    const auto wanted = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::ceil(quantile * static_cast<double>(count_))));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        seen += buckets_[bucket];
        if (seen >= wanted) return std::min(largest_in(bucket), max_ns_);
    }
    return max_ns_;
}

} // namespace bench
