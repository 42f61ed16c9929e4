// A machine on a table: the test plays application, transport and peer, in virtual time.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "link/machine.hpp"
#include "machine/ends.hpp"
#include "support/catch.hpp"

namespace resock::link {

using namespace std::chrono_literals;

inline constexpr time_point start = time_point(1000s);

config plain_config(); // ws://peer.example/, defaults
config at_most_once_config();
config server_config(); // of an accepted connection
random_fill seeded(std::uint32_t seed);
wire::upgrade_response accepting(const wire::upgrade_request&);
policy::failure failure_of(policy::cause);
// As a server sends them; a client's are masked.
std::string frame_from_peer(wire::opcode, std::string_view payload, bool fin = true,
                            bool masked = false);
std::string close_from_peer(std::uint16_t code, std::string_view reason = {}, bool masked = false);

using item_kind = enum wire::received::kind;

// What the peer read: whole messages and control frames.
struct item {
    item_kind kind = item_kind::none;
    bool text = false;
    std::uint16_t code = 0;
    std::string bytes;
};
struct raw_frame {
    wire::opcode code;
    bool fin;
    std::size_t size;
};

class script {
  public:
    explicit script(config = plain_config());
    ~script(); // every script ends with a clean sheet, whatever it was about

    machine& link() { return *machine_; }
    time_point now() const { return now_; }
    const ends& messages() const { return ends_; }

    // One step; its actions wait in order for expect().
    void step(in::event);
    // Time goes by, with a tick at each deadline.
    void pass(duration);

    // The next action, which must be of this kind.
    template<class Action>
    Action expect() {
        REQUIRE_FALSE(actions_.empty());
        INFO("action number " << actions_.front().index());
        REQUIRE(std::holds_alternative<Action>(actions_.front()));
        Action first = std::move(std::get<Action>(actions_.front()));
        actions_.pop_front();
        return first;
    }
    bool nothing() const { return actions_.empty(); }
    void forget() { actions_.clear(); }

    // ---- application ----
    std::uint64_t send(std::string_view data, duration ttl = unlimited_duration);
    std::uint64_t send(in::send); // fills in the id
    // ---- transport ----
    void open();      // in::open and a connection that succeeds; OPEN is taken
    void reconnect(); // passes the delay; likewise
    void accept(std::string leftover = {}); // answers out::connect, which must be next
    // Server role: the peer's request was answered.
    void accepted(std::string leftover = {});
    void break_line(policy::cause = policy::cause::tcp_reset);
    // The kernel takes so much of the output (all by default); what the peer can read of it.
    std::vector<item> write(std::size_t bytes = SIZE_MAX);
    std::string take(std::size_t bytes = SIZE_MAX); // likewise, unread
    // Header by header, for what a whole message hides.
    static std::vector<raw_frame> frames_of(std::string_view bytes, bool masked = true);
    // ---- peer ----
    void say(wire::opcode, std::string_view payload);
    void hear(std::string_view bytes); // any bytes
    // Writes everything and answers all pings; what was written.
    std::vector<item> serve();

    // The transport's view, for in::inspected, which follows each out::inspect by itself.
    policy::transport_state line;
    std::uint64_t inspections = 0;
    // The last CONFIRMED(written) that is only progress; kept out of the actions.
    std::uint64_t written_through = 0;

  private:
    void keep(out::action);

    std::shared_ptr<const config> config_;
    time_point now_ = start;
    std::unique_ptr<machine> machine_;
    ends ends_;
    level final_;
    actions fresh_;
    std::deque<out::action> actions_;
    wire::receiver peer_;
    std::uint64_t last_id_ = 0;
    bool finished_ = false;
};

std::vector<std::string> messages_in(const std::vector<item>&);
std::vector<std::string> pings_in(const std::vector<item>&);

} // namespace resock::link
