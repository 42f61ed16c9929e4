// Virtual time and what is to happen in it, in order; the randomness of one seed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <utility>

#include "base/time.hpp"

namespace resock::sim {

using namespace std::chrono_literals;

inline constexpr time_point beginning = time_point(1000s);

class agenda {
  public:
    time_point now() const { return now_; }
    void at(time_point when, std::function<void()> what) {
        entries_.emplace(std::max(when, now_), std::move(what));
    }
    void in(duration wait, std::function<void()> what) { at(now_ + wait, std::move(what)); }
    std::optional<time_point> next() const {
        if (entries_.empty()) return std::nullopt;
        return entries_.begin()->first;
    }
    void run_next() {
        auto first = entries_.extract(entries_.begin());
        now_ = first.key();
        first.mapped()();
    }
    void go_to(time_point when) { now_ = std::max(now_, when); }

  private:
    time_point now_ = beginning;
    std::multimap<time_point, std::function<void()>> entries_; // equal keys keep their order
};

class dice {
  public:
    explicit dice(std::uint32_t seed)
        : engine_(seed) {}
    std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : engine_() % n; }
    std::uint64_t between(std::uint64_t low, std::uint64_t high) {
        return low + below(high - low + 1);
    }
    bool percent(unsigned chance) { return below(100) < chance; }
    duration up_to(duration most) {
        return duration(
            static_cast<duration::rep>(below(static_cast<std::uint64_t>(most.count()) + 1)));
    }

  private:
    std::mt19937_64 engine_;
};

} // namespace resock::sim
