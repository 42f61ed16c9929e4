// A client's machine and a server's machine of one session, joined by a line that tests cut; in
// virtual time. The pair plays transport, store and the server's table (R14).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "link/machine.hpp"
#include "session/decode.hpp"
#include "session/encode.hpp"

namespace resock::link {

// One machine with what it told.
struct session_end {
    std::unique_ptr<machine> link;
    std::vector<std::string> messages; // handed over, in order
    std::vector<std::uint64_t> seqs;   // likewise
    std::vector<std::string> notes;
    std::vector<out::opened> opens;
    std::vector<out::down> downs;
    std::vector<out::failed> failed;
    std::vector<out::lost> losses;
    std::vector<out::ask> asked;
    std::vector<std::string> tokens;
    std::vector<std::string> logs;
    std::optional<out::finish> finished;
    std::uint64_t through[5] = {}; // CONFIRMED by level
    std::uint64_t last_id = 0;
    bool auto_done = true;
    std::vector<session::records> written; // not told stored yet
    std::uint64_t records = 0;

    bool up() const { return link && link->state() == state::open; }
};

class session_pair {
  public:
    explicit session_pair(config client = client_config(), config server = server_config());
    ~session_pair();

    static config client_config();
    static config server_config();

    session_end client, server;
    time_point now = time_point(std::chrono::seconds(1000));
    bool connectable = true;                          // else attempts are refused
    std::function<bool()> cut_when;                   // asked after each step of settle(); once
    std::string token_seen;                           // of the last HELLO
    std::optional<session::reject_frame> reject_next; // the server's answer to the next HELLO
    std::string select = "resock.v1";                 // subprotocol that the server selects
    std::uint64_t bytes_to_server = 0, bytes_to_client = 0;

    void start(); // in::open and everything that follows
    std::uint64_t send(session_end&, std::string data, in::send with = {});
    void step(session_end&, in::event);
    // Carries bytes and ticks until nothing moves; time stands still.
    void settle();
    void pass(duration);      // settles, then lets time go by, tick by tick
    void cut();               // both ends see the connection end; what was on the way is lost
    void break_client();      // the client alone sees the end
    void store(session_end&); // everything written so far is stored
    std::string hello;        // the last that came

  private:
    struct line {
        std::string to_server, to_client;
        bool server_has_read_hello = false;
        bool client_up = false, server_up = false;
    };
    void act(session_end&, actions&);
    void carry(session_end& from, session_end& to, std::string& way);
    void read_hello();
    bool tick(session_end&);

    config client_config_, server_config_;
    std::unique_ptr<line> line_;
    std::unique_ptr<out::connect> attempt_;
    bool superseding_ = false;
    std::string held_; // bytes before HELLO is whole
};

} // namespace resock::link
