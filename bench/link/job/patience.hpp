#pragma once

#include <algorithm>
#include <cstdint>

#include "support/clock.hpp"

namespace bench {

// Whether too long nothing has come. The clock is read only while nothing comes.
class patience {
  public:
    explicit patience(double seconds)
        : most_ns_(static_cast<std::int64_t>(seconds * ns_per_s)) {}

    // `count`: of what has come so far.
    bool over(std::uint64_t count) {
        if (count != count_ || since_ns_ == 0) {
            count_ = count;
            since_ns_ = -1;
            return false;
        }
        if (since_ns_ == -1) since_ns_ = now_ns();
        return now_ns() - since_ns_ >= most_ns_;
    }

    std::uint32_t left_ms() const {
        if (since_ns_ <= 0) return static_cast<std::uint32_t>(most_ns_ / ns_per_ms + 1);
        const std::int64_t left = since_ns_ + most_ns_ - now_ns();
        return static_cast<std::uint32_t>(std::max<std::int64_t>(left / ns_per_ms + 1, 0));
    }

  private:
    std::int64_t most_ns_;
    std::uint64_t count_ = 0;
    std::int64_t since_ns_ = 0; // 0: not begun; -1: something came at the last look
};

} // namespace bench
