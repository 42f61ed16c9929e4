// What a session tells its holder, and where it puts its frames.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/outcome.hpp"
#include "base/time.hpp"
#include "session/frame.hpp"
#include "session/inbox.hpp"
#include "session/outbox.hpp"
#include "session/record.hpp"

namespace resock::session {

// What the holder is told. Called inside a call of the session; must not call back into it.
class events {
  public:
    // `bytes` is valid until that call returns to the driver, or for as long as `owned` lives.
    virtual void deliver(arrival) = 0;
    // Everything of ours up to id `through` that did not fail has reached the level. The budget of
    // `messages` and `bytes` is free again (level::received only).
    virtual void confirmed(level, std::uint64_t through, std::uint64_t messages,
                           std::uint64_t bytes) = 0;
    virtual void failed(const failure_range&) = 0;
    // To be written down behind all before; stored() tells when that has happened.
    virtual void persist(record::any) = 0;
    // The connection is to be closed with this code: a rule was broken, or it is over. The session
    // is detached already and takes nothing more from it.
    virtual void hang_up(std::uint16_t code, std::string reason) = 0;
    // WELCOME was accepted (client) or written (server): the session runs on this connection.
    virtual void opened(bool resumed) = 0;
    // Client: the server refused to go on, see R16. Detached.
    virtual void rejected(const reject_frame&) = 0;
    // Client: the server wants us elsewhere (R27).
    virtual void go_away(const goaway_frame&) = 0;
    // Client: a fresh token is asked for in so long (R26), to be answered by send_token().
    virtual void token_wanted(duration within) = 0;
    // Server: a fresh token came (R26).
    virtual void token_given(std::string_view token) = 0;
    // The peer has said END, and the application is done with everything before it.
    virtual void peer_ended(std::uint32_t code, std::string_view reason) = 0;

  protected:
    ~events() = default;
};

// Where frames go: one call, one binary WebSocket message of head + body.
class frame_sink {
  public:
    virtual bool room() const = 0;
    virtual void put(std::string_view head, std::string_view body) = 0;
    virtual std::uint64_t staged() const = 0; // bytes of this connection's stream so far

  protected:
    ~frame_sink() = default;
};

} // namespace resock::session
