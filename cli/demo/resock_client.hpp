// The stream over a resock link, at-least-once or exactly-once.
#pragma once

#include <atomic>
#include <resock/resock.hpp>
#include <thread>

#include "chaos/engine/settings.hpp"
#include "demo/client.hpp"
#include "demo/stream.hpp"

namespace demo {

class resock_client final : public client {
  public:
    resock_client(const settings& wanted, const pace& stream, const chaos::address& to,
                  const char* delivery);
    ~resock_client() override;

    void start() override;
    void stop() override { stopped_ = true; }
    bool has_opened() const override { return has_opened_; }
    bool finished() const override { return finished_; }
    std::uint64_t sent() const override { return sent_; }
    std::uint64_t sent_while_down() const override { return 0; } // they are kept
    clock::time_point finished_at() const override { return finished_at_; }
    std::string failure() const override { return failure_; }

  private:
    void run();
    void converse();
    void send_due(resock::link& over);
    bool handle(const resock::event& happened); // false: it was the last

    const settings wanted_;
    const pace& stream_;
    resock::options options_;
    std::atomic<std::uint64_t> sent_{0};
    std::atomic<bool> stopped_{false};
    std::atomic<bool> has_opened_{false};
    std::atomic<bool> finished_{false}; // written last
    clock::time_point finished_at_;
    std::string failure_;
    std::thread thread_;
};

} // namespace demo
