#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace bench {

// Whose descriptor became ready. It must outlive its watch.
class watcher {
  public:
    virtual void on_ready(std::uint32_t events) = 0;

  protected:
    ~watcher() = default;
};

// epoll, edge-triggered, with one periodic timer: fewer system calls for each message than a
// general loop needs, so that 2,000 links leave most of a core to the others.
class poller {
  public:
    poller();
    ~poller();
    poller(const poller&) = delete;
    poller& operator=(const poller&) = delete;

    // `reads`: also when there is something to read; the connection's end is told in any case.
    void watch(int fd, watcher& to, bool reads);

    // Before the descriptor is closed; events of it that are already fetched are thrown away.
    void forget(int fd);

    // Calls `tick` every `interval_ns`, and the watchers, until stop().
    void run(std::int64_t interval_ns, const std::function<void()>& tick);
    void stop() { stopped_ = true; }

    // The first time of a tick that is not before `time_ns`; only inside run().
    std::int64_t tick_at(std::int64_t time_ns) const;

  private:
    struct slot {
        watcher* to = nullptr;
        std::uint32_t generation = 0;
    };

    void dispatch(std::uint64_t key, std::uint32_t events);

    int epoll_;
    int timer_;
    bool stopped_ = false;
    std::int64_t first_tick_ns_ = 0;
    std::int64_t interval_ns_ = 1;
    std::vector<slot> slots_; // by descriptor
};

} // namespace bench
