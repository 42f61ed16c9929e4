// One end of a resock.v1 session, client or server: it outlives its connections.
//
// Frames in, frames out, one deadline; no clock, no socket. Whoever holds it tells it what happened
// and carries out what it reports through `events`. R numbers are the rules of the protocol.
//
// A durable session writes records down. It holds back what must not be seen before they are
// stored: frames of ours (R14), HELLO (R12), hand-over and acknowledgement of what arrived (R19).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.hpp"
#include "base/payload.hpp"
#include "base/time.hpp"
#include "session/inbox.hpp"
#include "session/options.hpp"
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
    // The peer has said END; everything before it was delivered.
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

class session {
  public:
    // R13: for HELLO (server, the holder's to watch) and for WELCOME or REJECT (client).
    static constexpr duration answer_time = std::chrono::seconds(10);
    static constexpr duration ack_delay = std::chrono::milliseconds(20); // R21
    static constexpr double silence_factor = 2.5;                        // R23

    // A new session. The identity is written down first where it is durable.
    session(options, identity, events&);
    // One that was written down. Its messages take the ids 1, 2, 3 …; what arrived and is not done
    // is delivered again, flagged, by begin().
    session(options, saved, events&);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    // Before anything else: writes down or hands over again what the constructor brought.
    void begin(time_point now);
    // With ack_level 3: what the application has committed; replaces the restored receiving side.
    void set_position(const position&); // throws nothing; check with fits() first
    bool fits(const position&) const;

    // ---- the application ----
    void submit(outgoing, time_point now);
    // Ends untouched messages, oldest or newest first, until so much is free (R25).
    freed_room make_room(std::uint64_t bytes, std::uint64_t messages, bool newest_first);
    void ask_for_ack() { ping_wanted_ = true; } // flush
    void done(std::uint64_t seq, time_point now); // every message up to that frame
    // END behind everything submitted. Later messages are the caller's to refuse.
    void end(std::uint32_t code, std::string_view reason, time_point now);
    void set_token(std::string token) { options_.token = std::move(token); }
    void send_token(std::string_view token); // AUTH, R26

    // ---- a connection ----
    // Client, before each attempt: raises the epoch (R12).
    void prepare_attempt(time_point now);
    // Client: the upgrade was accepted; HELLO goes first.
    void connected(time_point now);
    // Server: why this HELLO cannot resume the session (R14, all from the secret on); nothing is
    // changed. Also of a session that was just made for it.
    std::optional<reject_frame> judge(const hello_frame&, std::string_view principal) const;
    // Server: the HELLO that judge() let pass. What stood before is detached; the caller closes it
    // with 4409. WELCOME goes first. False: its first windows are wrong, see hang_up (R8).
    bool accept(const hello_frame&, bool known, time_point now);
    // One WebSocket message. Valid while attached; else ignored.
    void receive(bool binary, std::string_view bytes, payload owned, time_point now);
    // Behind the last receive() of what one read gave.
    void received_all(time_point now);
    void heard(time_point now); // any byte (R23)
    // The connection is gone, `written` bytes of its stream were given to the kernel.
    void disconnected(std::uint64_t written, time_point now);
    // Server: asks the client to leave (R27), or for a fresh token (R26).
    void send_goaway(const goaway_frame&);
    void ask_token(duration within, time_point now);

    // ---- output ----
    void stage(frame_sink&, time_point now);
    // The kernel has taken the stream up to `total`; the last id written whole, 0 where none.
    std::uint64_t written(std::uint64_t total, time_point now);
    void stored(std::uint64_t through, time_point now); // so many records, counted from begin()

    // ---- time ----
    std::optional<time_point> deadline() const;
    void tick(time_point now);

    // ---- the end ----
    // R29. Everything not acknowledged fails as not_sent or in_doubt; `recv` of a final REJECT is
    // applied first. With `keep_unsent` the messages classified not_sent are given back instead.
    std::vector<outgoing> lose(std::optional<std::uint64_t> recv, bool keep_unsent);
    // Both ENDs are acknowledged (and done, where receipts are used): it ended well.
    bool both_ended() const;
    bool own_end_acked() const;
    bool peer_end_seen() const { return inbox_.ended(); }
    // Writes down that nothing is needed any more.
    void forget(reject_reason, std::int64_t until_unix_s);

    // ---- looking ----
    bool attached() const { return phase_ != phase::away; }
    bool established() const { return phase_ == phase::open; }
    bool ending() const { return outbox_.ending(); } // end() was called, now or before a restart
    const session::identity& identity() const { return identity_; }
    const session::terms& terms() const { return terms_; }
    std::uint64_t epoch() const { return epoch_; }
    const session::outbox& outbox() const { return outbox_; }
    const session::inbox& inbox() const { return inbox_; }
    // An ACK is on its way or will be by itself: a move of done needs no wake of its own.
    bool ack_pending() const { return ack_at_.has_value() || ack_due_; }
    std::uint64_t records_made() const { return records_made_; }
    duration silence(time_point now) const { return now - heard_at_; }
    std::optional<duration> rtt() const { return rtt_; }
    // Bytes held: kept messages and what has come in part.
    std::size_t held_bytes() const;
    // The position behind the message that ends with frame `seq`, the last that was delivered.
    position position_behind(std::uint64_t seq, std::uint32_t check) const;

  private:
    // away: no connection. greeting: HELLO is due or unanswered (client). open: WELCOME was
    // accepted or staged.
    enum class phase { away, greeting, open };
#include "session/session_private.inc"
};

} // namespace resock::session
