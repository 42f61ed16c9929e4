// State of the process that is never destroyed: detached threads may use it while the process ends.
#pragma once

#include <atomic>
#include <memory>
#include <unistd.h>

namespace resock::net {

// One T for each process: a forked child makes its own, because the threads and the locks of its
// parent's are lost there. get() may be called from any thread.
template<class T>
class per_process {
  public:
    T& get() {
        holder* held = current_.load(std::memory_order_acquire);
        const pid_t pid = ::getpid();
        while (!held || held->pid != pid) {
            auto made = std::make_unique<holder>();
            made->pid = pid;
            made->inherited = held;
            if (current_.compare_exchange_strong(held, made.get(), std::memory_order_acq_rel,
                                                 std::memory_order_acquire))
                held = made.release();
        }
        return held->value;
    }

  private:
    struct holder {
        pid_t pid = 0;
        holder* inherited = nullptr; // of the parent; reachable, so that no leak is reported
        T value;
    };
    std::atomic<holder*> current_{nullptr};
};

} // namespace resock::net
