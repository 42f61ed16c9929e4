// When to try again: growing interval with jitter, bounded in count and total time (failures.md).
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "policy/failure.hpp"

namespace resock::policy {

struct reconnect_options {
    duration min = std::chrono::milliseconds(500);
    duration max = std::chrono::seconds(30);
    double factor = 2;
    double jitter = 1;
    std::optional<std::uint64_t> attempts; // empty: unlimited; 0: never
    duration total = unlimited_duration;   // since the first failure of the row
    duration reset_after = std::chrono::seconds(10);
    duration hold = duration::zero();
};

class backoff {
  public:
    explicit backoff(const reconnect_options& options)
        : options_(options) {}

    // The connection is open; the count falls to 0 once it has stayed so for reset_after.
    void opened(time_point now);
    // A message of ours was confirmed on this connection: the count falls to 1 at most. The line
    // delivers, so `total` counts from the next failure on.
    void confirmed();
    // retry_now or new credentials by a person: a new row begins.
    void restart();

    // The connection or attempt ended with `verdict` (not stop). The delay until the next attempt,
    // at least `at_least` (Retry-After, capped at 10 min, up to 20 % jitter on top); empty where
    // attempts or total time are used up (total: the attempt would start after the limit).
    // The row, which attempts and total are counted over, begins with the first failure after the
    // count fell to 0. `auth` is an attempt without delay; `follow` belongs to the attempt that was
    // redirected: no delay, not counted, no limit here. `random` in [0, 1).
    std::optional<duration> next(verdict, std::optional<duration> at_least, time_point now,
                                 double random);

    std::uint64_t attempt() const { return attempt_; } // of the row; 0 before the first retry
    void set_options(const reconnect_options& options) { options_ = options; }

  private:
    duration chosen(verdict, double random) const;

    reconnect_options options_;
    std::uint64_t attempt_ = 0;
    std::optional<time_point> opened_at_;
    std::optional<time_point> row_began_;
};

} // namespace resock::policy
