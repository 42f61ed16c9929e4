// The server of the demo: a resock listener for each side, which speaks plain WebSocket, or
// resock.v1 to a client that offers it, and knows nothing of faults or of who sends.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <resock/resock.hpp>
#include <string>
#include <thread>
#include <vector>

#include "chaos/engine/settings.hpp"
#include "demo/tally.hpp"

namespace demo {

class server {
  public:
    explicit server(std::vector<tally*> sides);
    ~server(); // stops
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    chaos::address address(std::size_t side) const;
    void start();
    // Accepts no more, reads what has arrived, and ends; bounded by `limit`. Throws what its thread
    // died of.
    void finish(milliseconds limit);

  private:
    struct connection {
        resock::link link;
        std::size_t side;
        bool has_spoken; // since its connection opened; a session has one after the other
    };

    void run();
    void serve();
    void handle(resock::event& happened);

    std::vector<tally*> sides_;
    resock::hub hub_;
    std::vector<resock::listener> listeners_;
    std::map<std::uint64_t, connection> connections_; // by the link's id
    std::size_t listening_ = 0;
    std::atomic<bool> stopped_{false};
    std::string failure_; // why the thread has ended early
    std::thread thread_;
};

} // namespace demo
