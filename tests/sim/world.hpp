// The machine of a link in a world of virtual time: a server, a network, an application; checked
// after every step.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "link/machine.hpp"
#include "machine/ends.hpp"
#include "sim/server.hpp"

namespace resock::sim {

class world {
  public:
    world(std::uint32_t seed, link::config config, const line_options& network,
          const server_options& peer, const faults& broken = {});

    // ---- the application ----
    std::uint64_t send(std::size_t size, duration ttl = unlimited_duration, bool unkept = false,
                       bool flush = false);
    void step(link::in::event); // anything else
    void greeting_set(const std::string& key);
    void greeting_remove(const std::string& key);
    void read(bool on);
    // ---- the world ----
    void refuse_connections(int status_or_0) { refuse_ = status_or_0; }
    void accept_connections() { refuse_.reset(); }
    void refuse_next(unsigned percent) { refuse_percent_ = percent; }
    void cut();
    void make_hole(); // of the connection that stands
    void set_network(const line_options& network) { network_ = network; }

    // Runs until `when`, or until `done`, the link's end, or something is broken.
    void run_until(time_point when, const std::function<bool()>& done = {});
    void run_for(duration length) { run_until(time.now() + length); }
    // Closes the link and waits for its end, everything being well; checks the books.
    void finish(duration at_most);

    link::state state() const { return machine_.state(); }
    bool open() const { return machine_.state() == link::state::open; }
    link::statistics stats() const { return machine_.stats(); }
    bool finished() const { return finished_; }
    // The first thing that went wrong; "" where nothing did.
    const std::string& broken() const { return broken_; }

    agenda time;
    dice random;
    sim::server server;
    link::ends messages;
    std::set<std::uint64_t> kept, unkept; // ids accepted
    std::vector<policy::disconnect_record> downs;
    std::vector<time_point> opens;
    std::vector<std::string> warnings;
    std::uint64_t delivered = 0;
    std::uint64_t most_output = 0;
    std::optional<time_point> ended_at;

  private:
    void complain(std::string what);
    void carry_out();
    void write();
    void check();
    void check_arrival(std::uint64_t id);
    void check_hole();
    void check_end(std::uint64_t id);
    void on(link::out::connect&);
    void on(link::out::disconnect&);
    void on(link::out::inspect&) { inspect_ = true; }
    void on(link::out::deliver&);
    void on(link::out::opened&);
    void on(link::out::down&);
    void on(link::out::confirmed&);
    void on(link::out::failed&);
    void on(link::out::made_room&) {}
    void on(link::out::lost&) {} // of sessions, which this world has none of
    void on(link::out::persist&) {}
    void on(link::out::token&) {}
    void on(link::out::ask&);
    void on(link::out::log&);
    void on(link::out::finish&);
    void attempt_ends(std::uint64_t connection);
    void establish(wire::upgrade_response);
    void hear(std::string bytes);
    void trace(const std::string& what) const;

    std::shared_ptr<const link::config> config_;
    line_options network_;
    faults faults_;
    bool by_app_;
    bool once_;
    link::machine machine_;
    link::actions actions_;
    bool inspect_ = false;
    bool finished_ = false;
    bool tracing_;
    std::string broken_;

    std::optional<link::out::connect> connecting_;
    std::shared_ptr<line> line_;
    std::optional<int> refuse_;
    unsigned refuse_percent_ = 0;
    std::string unread_; // while we do not read
    bool reading_ = true;
    std::set<std::string> greetings_;
    unsigned greeting_version_ = 0;

    std::uint64_t last_id_ = 0;
    std::uint64_t last_arrived_ = 0;
    std::uint64_t last_said_ = 0;
    std::optional<time_point> hole_since_;
    bool paused_in_hole_ = false;
    bool lost_one_ = false;
    time_point ticked_at_{};
    int ticks_ = 0;
};

} // namespace resock::sim
