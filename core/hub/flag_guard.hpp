// One thread at a time: the second is told so.
#pragma once

#include <atomic>

#include "base/error.hpp"

namespace resock::hub {

class flag_guard {
  public:
    explicit flag_guard(std::atomic_flag& flag)
        : flag_(flag) {
        if (flag_.test_and_set(std::memory_order_acquire))
            throw error(status::busy, "another thread polls this queue; one at a time may");
    }
    ~flag_guard() { flag_.clear(std::memory_order_release); }
    flag_guard(const flag_guard&) = delete;
    flag_guard& operator=(const flag_guard&) = delete;

  private:
    std::atomic_flag& flag_;
};

} // namespace resock::hub
