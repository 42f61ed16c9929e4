#include "policy/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace resock::policy {

namespace {

using namespace std::chrono_literals;

constexpr duration least_base = 100ms; // factor would not grow a minimum of 0
constexpr duration soonest_now = 1s;
constexpr duration slow_min = 5s;
constexpr duration spread_over = 5s;
constexpr duration longest_retry_after = 10min;
constexpr double retry_after_jitter = 0.2;

double seconds(duration value) {
    return std::chrono::duration<double>(value).count();
}

// Whole nanoseconds, between zero and the longest duration there is.
duration from_seconds(double value) {
    constexpr double nanoseconds = 1e9;
    const double count = value * nanoseconds;
    if (!(count > 0)) return duration::zero();
    if (count >= static_cast<double>(duration::max().count())) return duration::max();
    return duration(static_cast<duration::rep>(count));
}

// Of the n-th attempt; n from 1.
duration growing(const reconnect_options& options, std::uint64_t n, double random) {
    const double least = seconds(options.min);
    const double base = std::max(least, seconds(least_base));
    const double grown = base * std::pow(options.factor, static_cast<double>(n));
    const double most = seconds(options.max);
    // Written so that an infinite or undefined power gives the maximum.
    const double ceiling = std::max(least, grown < most ? grown : most);
    return from_seconds(least + options.jitter * random * (ceiling - least));
}

} // namespace

void backoff::opened(time_point now) {
    opened_at_ = now;
}

void backoff::confirmed() {
    attempt_ = std::min<std::uint64_t>(attempt_, 1);
    row_began_.reset();
}

void backoff::restart() {
    attempt_ = 0;
    row_began_.reset();
    opened_at_.reset();
}

std::optional<duration> backoff::next(verdict wanted, std::optional<duration> at_least,
                                      time_point now, double random) {
    if (opened_at_ && now >= after(*opened_at_, options_.reset_after)) restart();
    opened_at_.reset();
    if (!row_began_) row_began_ = now;
    if (wanted == verdict::follow) return duration::zero(); // still the same attempt
    if (options_.attempts && attempt_ >= *options_.attempts) return std::nullopt;

    duration delay = chosen(wanted, random);
    if (at_least && wanted != verdict::auth) {
        const duration asked = std::min(*at_least, longest_retry_after);
        delay = std::max(delay, from_seconds(seconds(asked) * (1 + retry_after_jitter * random)));
    }
    if (after(now, delay) > after(*row_began_, options_.total)) return std::nullopt;
    ++attempt_;
    return delay;
}

duration backoff::chosen(verdict wanted, double random) const {
    if (attempt_ == 0 && wanted == verdict::now) {
        return from_seconds(random * seconds(std::min(soonest_now, options_.min)));
    }
    if (attempt_ == 0 && wanted == verdict::spread) {
        return from_seconds(random * seconds(spread_over));
    }
    if (wanted == verdict::auth) return duration::zero();
    reconnect_options used = options_;
    if (wanted == verdict::slow) used.min = std::max(used.min, slow_min);
    return growing(used, attempt_ + 1, random);
}

} // namespace resock::policy
