// A plain WebSocket server: reads frames, remembers every message that it has read whole, answers
// pings in its own way.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/line.hpp"
#include "wire/receiver.hpp"

namespace resock::sim {

enum class pongs { all, last, delayed, none };

// A message of the link: its id, then bytes that follow from it; id 0 is a greeting, whose key is
// the text behind.
std::string message_of(std::uint64_t id, std::size_t size);
std::string greeting_of(const std::string& key, unsigned version);

struct server_options {
    sim::pongs pongs = pongs::all;
    duration pong_delay = 0ms;
    std::size_t read_at_once = SIZE_MAX; // slow readers take so much every `read_every`
    duration read_every = 20ms;
    std::set<std::uint64_t> poison; // refused with 1009
};

// What a deliberately broken link or server would do; each must be noticed.
struct faults {
    bool pong_before_reading = false;
    bool lose_one_confirmed = false;
    bool resends_are_lost = false;
    bool swap_messages = false;
    bool message_twice = false;
    bool failed_twice = false;
    bool confirm_of_another = false;
    bool no_inspection = false;
    bool life_in_a_hole = false;
    bool drop_one_message = false;
    bool greeting_last = false;
};

class server {
  public:
    server(agenda& time, dice& random, server_options options, const faults& broken,
           std::function<void(std::string)> complain)
        : time_(time)
        , random_(random)
        , options_(std::move(options))
        , faults_(broken)
        , complain_(std::move(complain)) {}

    // `greetings`: keys that must be read before any message.
    void accept(std::shared_ptr<line>, std::vector<std::string> greetings);
    void greeting_removed(const std::string& key);
    // On the newest connection; no effect where there is none.
    void say(std::string_view text);
    void ping();
    void close(std::uint16_t code);
    void garbage();
    void pause(duration length);                               // reads nothing for so long
    void forget_through(std::uint64_t id) { forgotten_ = id; } // these are lost from now on
    void set_options(const server_options& options) { options_ = options; }
    std::string next_text() { return "to the link " + std::to_string(++said_); }

    std::function<void(std::uint64_t id)> on_message;
    // How often each id was read whole, and the ids in the order of their first arrival.
    const std::map<std::uint64_t, int>& arrived() const { return arrived_; }
    const std::vector<std::uint64_t>& order() const { return order_; }
    const std::set<std::uint64_t>& refused() const { return refused_; }
    std::uint64_t most_unanswered() const { return most_unanswered_; }

  private:
    struct session {
        std::shared_ptr<sim::line> line;
        wire::receiver receiver{wire::role::server, {64u << 20}};
        std::set<std::string> greetings; // still to come
        std::uint64_t last_id = 0;
        std::uint64_t unanswered = 0;
        std::uint64_t swapped = 0;
        bool closed = false;
        bool timer = false;
        time_point paused_until{};
    };
    using session_ptr = std::shared_ptr<session>;

    void read(const session_ptr&);
    void read_some(const session_ptr&);
    void handle(const session_ptr&, const wire::received&, std::string& last_ping);
    void take_message(const session_ptr&, std::string_view bytes, bool text);
    void arrive(const session_ptr&, std::uint64_t id);
    void answer(const session_ptr&, std::string payload);
    void send(const session_ptr&, wire::opcode, std::string_view payload);
    void close(const session_ptr&, std::uint16_t code);

    agenda& time_;
    dice& random_;
    server_options options_;
    const faults& faults_;
    std::function<void(std::string)> complain_;
    session_ptr newest_;
    std::vector<session_ptr> sessions_;
    std::uint64_t said_ = 0;
    std::uint64_t forgotten_ = 0;
    std::map<std::uint64_t, int> arrived_;
    std::vector<std::uint64_t> order_;
    std::set<std::uint64_t> refused_;
    std::uint64_t most_unanswered_ = 0;
    bool dropped_ = false;
};

} // namespace resock::sim
