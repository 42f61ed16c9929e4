// One end of a resock.v1 session, client or server: it outlives its connections.
//
// Frames in, frames out, one deadline; no clock, no socket. Whoever holds it tells it what happened
// and carries out what it reports through `events`. R numbers are the rules of the protocol.
//
// A durable session writes records down. It holds back what must not be seen before they are
// stored: frames of ours (R14), HELLO (R12), hand-over and acknowledgement of what arrived (R19).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deque.hpp"
#include "base/payload.hpp"
#include "base/time.hpp"
#include "session/events.hpp"
#include "session/inbox.hpp"
#include "session/options.hpp"
#include "session/outbox.hpp"
#include "session/record.hpp"

namespace resock::session {

class endpoint {
  public:
    // R13: for HELLO (server, the holder's to watch) and for WELCOME or REJECT (client).
    static constexpr duration answer_time = std::chrono::seconds(10);
    // So much goes out before WELCOME (R13): it saves a round trip; more would keep a line that
    // breaks often busy with what the server has already.
    static constexpr std::uint64_t early_bytes = 16384;
    static constexpr duration ack_delay = std::chrono::milliseconds(20); // R21

    // A new session. The identity is written down first where it is durable.
    endpoint(session::options, session::identity, session::events&);
    // One that was written down. Its messages take the ids 1, 2, 3 …; what arrived and is not done
    // is delivered again, flagged, by begin().
    endpoint(session::options, saved, session::events&);
    ~endpoint();
    endpoint(const endpoint&) = delete;
    endpoint& operator=(const endpoint&) = delete;

    // Before anything else: writes down or hands over again what the constructor brought.
    void begin(time_point now);
    // With ack_level 3: what the application has committed; replaces the restored receiving side.
    void set_position(const position&); // throws nothing; check with fits() first
    bool fits(const position&) const;

    // ---- the application ----
    void submit(outgoing, time_point now);
    // Ends untouched messages, oldest or newest first, until so much is free (R25).
    freed_room make_room(std::uint64_t bytes, std::uint64_t messages, bool newest_first);
    void ask_for_ack() { ping_wanted_ = true; }   // flush
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
    // Server: the HELLO that judge() let pass; no connection stands any more. WELCOME goes first.
    // `fresh_born`: random in 1..max_number, used where the session has none. False: its first
    // window is wrong (R8), and hang_up() was called.
    bool accept(const hello_frame&, bool known, std::uint64_t fresh_born, time_point now);
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
    // Likewise, and our application is done with everything: a server's session is over.
    bool all_done() const;
    // The link ends, the session stays in its file: messages that never came there fail.
    void leave_on_disk(fail_reason);
    bool peer_end_seen() const { return inbox_.ended(); }
    // Writes down that nothing is needed any more.
    // `tombstone_s`: how long a tombstone stays (server); record::ended carries it as its time, to
    // be counted from now by whoever has a wall clock.
    void forget(reject_reason, std::uint64_t tombstone_s);

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
    duration silence(time_point now) const { return now - heard_at_; }
    std::uint64_t done_kept() const; // what the peer is told
    bool over() const { return over_; }
    bool forgotten() const { return forgotten_; } // forget() was called
    std::uint64_t records_made() const { return records_made_; }
    const std::string& resume_url() const { return resume_url_; } // WELCOME tlv 1, "" without
    bool durable() const { return options_.durable(); }
    std::optional<duration> rtt() const { return rtt_; }
    // Bytes held: kept messages and what has come in part.
    std::size_t held_bytes() const { return outbox_.bytes() + inbox_.open_bytes(); }
    // The position behind the message that ends with frame `seq`, the last that was delivered.
    position position_behind(std::uint64_t seq, std::uint32_t check) const;

  private:
    // away: no connection. greeting: HELLO is due or unanswered (client). open: WELCOME was
    // accepted or is due.
    enum class phase { away, greeting, open };
    struct unstored { // a frame of the peer that is being written down
        std::uint64_t record = 0;
        inbox::mark at;
        std::uint64_t cost = 0;
        bool whole = false; // then the message waits for it
        bool end = false;
        bool ackme = false; // the ACK that covers it is wanted at once
        arrival message;
    };

    void persist(record::any);
    void report(outbox::told&, level);
    void fail(std::string reason); // 4400
    void fail(const char* format, std::uint64_t, std::uint64_t);
    void leave(std::uint16_t code, std::string reason);
    void new_connection(time_point now);
    void grant();
    void voided(outbox::entry&);
    void drop_too_big();

    // ---- frames received (endpoint_receive.cpp, endpoint_welcome.cpp) ----
    void on(const frame_error&, std::string_view, payload&);
    void on(const data_frame&, std::string_view, payload&);
    void on(const end_frame&, std::string_view, payload&);
    void on(const void_frame&, std::string_view, payload&);
    void on(const ack_frame&, std::string_view, payload&);
    void on(const note_frame&, std::string_view, payload&);
    void on(const hello_frame&, std::string_view, payload&);
    void on(const welcome_frame&, std::string_view, payload&);
    void on(const reject_frame&, std::string_view, payload&);
    void on(const goaway_frame&, std::string_view, payload&);
    void on(const auth_frame&, std::string_view, payload&);
    bool may_take(std::uint64_t seq, std::string_view frame);
    void take_in_memory(const data_frame&, std::string_view bytes, payload& owned);
    void taken(std::uint64_t cost, record::arrived, bool ackme);
    void hand_over(arrival);
    void recv_moved(std::uint64_t cost);
    void window_moved();
    void peer_end();
    void done_moved();
    std::string wrong_welcome(const welcome_frame&) const;
    std::string unfit_welcome(const welcome_frame&) const;
    void agree(const welcome_frame&);
    void acknowledge(std::uint64_t seq);
    void settle_check();
    std::string_view stay(std::string_view bytes, const payload& owned);

    // ---- frames sent (endpoint_stage.cpp) ----
    void put(frame_sink&, std::string_view head, std::string_view body = {});
    bool put_greeting(frame_sink&);
    void put_hello(frame_sink&);
    void put_welcome(frame_sink&);
    void put_ack(frame_sink&);
    void put_requests(frame_sink&);
    void put_notes(frame_sink&);
    bool may_send() const;
    void leave_if_over();

    // ---- time ----
    duration heartbeat() const { return std::chrono::milliseconds(terms_.heartbeat_ms); }
    duration patience() const { return heartbeat() * 5 / 2; } // R23
    time_point ping_at() const;
    void check_silence();

    session::options options_;
    session::identity identity_;
    session::terms terms_;
    session::events& events_;
    session::outbox outbox_;
    session::inbox inbox_;
    std::uint64_t epoch_ = 0;
    bool fresh_ = true; // server: no HELLO was accepted yet

    bool stored_from_restart_ = false;
    std::uint64_t records_made_ = 0;
    std::uint64_t stored_ = 0;
    std::uint64_t agreed_record_ = 0; // must be stored before a sequenced frame goes out
    deque<unstored> unstored_;
    deque<std::pair<std::uint64_t, std::uint64_t>> unstored_ids_;  // record, id
    deque<std::pair<std::uint64_t, std::uint64_t>> unstored_done_; // record, done
    std::uint64_t done_kept_ = 0;                                  // where that is not empty

    time_point now_{};
    phase phase_ = phase::away;
    bool hello_due_ = false;
    bool welcome_due_ = false;
    bool resumed_ = false;
    std::uint64_t greeting_record_ = 0; // must be stored before HELLO or WELCOME goes out
    std::optional<time_point> greeting_until_;

    // What the peer lets us send; and what we let it.
    std::optional<std::uint64_t> limit_;
    std::uint64_t limit_told_ = 0;             // on this connection
    std::optional<std::uint64_t> granted_ = 0; // the highest ever; empty: not known any more
    std::uint64_t done_told_ = 0;              // on this connection

    // R21.
    bool ack_due_ = false;
    bool ack_first_ = false; // WELCOME has gone by: nothing comes before it
    bool pong_due_ = false;
    bool ping_due_ = false;
    bool ping_wanted_ = false;
    std::optional<time_point> ack_at_;
    std::uint64_t unacked_ = 0;  // cost received since the last ACK
    std::uint64_t ack_end_ = 0;  // of the last ACK in the stream
    std::uint64_t written_ = 0;  // of the stream
    std::string_view unchecked_; // the last frame, whose check nobody has needed yet
    std::array<std::string, 2> copies_;

    // R23.
    time_point heard_at_{};
    time_point sent_at_{};
    std::optional<time_point> pinged_at_; // and not answered
    time_point last_ping_{};
    std::optional<time_point> grace_; // asked once more
    std::optional<duration> rtt_;

    std::optional<goaway_frame> goaway_due_;
    std::string goaway_url_;
    std::optional<std::string> token_due_;
    std::optional<duration> ask_token_;
    std::optional<time_point> token_until_;
    std::string resume_url_;
    bool forgotten_ = false;
    bool end_answered_ = false;
    bool over_ = false; // both ENDs are acknowledged and the server has said its last word
};

} // namespace resock::session
