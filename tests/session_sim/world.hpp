// A client, a server and the network between them, in virtual time; checked after every step.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "session_sim/client.hpp"
#include "session_sim/server.hpp"

namespace resock::session::sim {

struct setup {
    options client;
    options server;
    line_options network;
    duration think[2] = {1ms, 1ms};
    duration store_delay = 2ms;
};

class world {
  public:
    world(std::uint32_t seed, const setup&, const faults&, bool tracing);

    // ---- the world ----
    void cut(const line::breaking&);
    void network_down(duration length) { down_until_ = stage.time.now() + length; }
    // The next connection is slow on its way to the server.
    void next_is_slow(duration delay) { slow_next_ = delay; }
    void sleep(side, duration length);
    void set_network(const line_options& network) { stage.network = network; }

    holder* end_of(side) const;
    // Until `when`, or until `done`, or until something is broken.
    void run_until(time_point when, const std::function<bool()>& done = {});
    void run_for(duration length) { run_until(stage.time.now() + length); }
    // The network is up, applications are quick: everything queued gets through (10).
    void calm_down();
    void finish();

    sim::stage stage;
    sim::client client;
    sim::server server;

  private:
    std::shared_ptr<line> dial();
    bool settled() const;
    std::string unsettled() const;
    void check();
    void check_both(const holder& c, const holder& s);
    bool step_before(time_point when);

    setup setup_;
    std::vector<std::weak_ptr<line>> lines_;
    time_point down_until_{};
    std::optional<duration> slow_next_;
    time_point ticked_at_{};
    int ticks_ = 0;
};

} // namespace resock::session::sim
