#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace bench {

// Calls `on_stall` from a thread of its own once nothing has come for `seconds` (up to twice as
// long): for clients whose calls block and take no time limit. It costs them one increment.
class watchdog {
  public:
    watchdog(double seconds, std::function<void()> on_stall)
        : interval_(seconds)
        , on_stall_(std::move(on_stall))
        , thread_([this] { watch(); }) {}

    ~watchdog() {
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
        }
        end_.notify_one();
        thread_.join();
    }

    void something_came() { count_.fetch_add(1, std::memory_order_relaxed); }
    bool stalled() const { return stalled_; }

  private:
    void watch() {
        std::unique_lock lock(mutex_);
        std::uint64_t before = count_;
        while (!end_.wait_for(lock, interval_, [this] { return ended_; })) {
            if (count_ == before) {
                stalled_ = true;
                on_stall_();
                return;
            }
            before = count_;
        }
    }

    std::chrono::duration<double> interval_;
    std::function<void()> on_stall_;
    std::mutex mutex_;
    std::condition_variable end_;
    bool ended_ = false;
    std::atomic<std::uint64_t> count_{0};
    std::atomic<bool> stalled_{false};
    std::thread thread_; // last: it uses all of the above
};

} // namespace bench
