// The line of one side: the chaos engine, and what it has done to this side.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "chaos/engine/proxy.hpp"
#include "demo/settings.hpp"

namespace demo {

class line {
  public:
    explicit line(const chaos::settings& faults);

    void start() { proxy_.start(); }
    void stop(); // and waits

    chaos::address address() const { return proxy_.listening_on(); }
    // From any thread.
    std::vector<clock::time_point> cuts_at() const;
    std::uint64_t cuts() const;
    std::uint64_t connections() const;

  private:
    void note(const chaos::event& happened);

    mutable std::mutex mutex_; // of the two below
    std::vector<clock::time_point> cuts_at_;
    std::uint64_t connections_ = 0;
    chaos::proxy proxy_; // ended first
};

} // namespace demo
