// The machine of one link: events in, actions out, one deadline. No clock, no socket, no thread.
//
// Three separate values: what the application wants (wanted), where the connection stands (state)
// and whether the link is over (state::finished). What each state waits for, and what follows:
//
//   idle        in::open. → asking (credentials.when=always), connecting
//   asking      in::credentials or credentials.timeout. → connecting, waiting (no answer),
//               stopped (none to be had)
//   connecting  in::opened or in::connect_failed (the transport bounds the time); in the server
//               role in::accepted. → open, or what the verdict says: asking, waiting, stopped
//   open        traffic. → closing (the application closes and nothing is kept any more), or what
//               the verdict says of the end: asking, waiting, stopped
//   closing     our Close frame is sent: the peer's, the end of the stream or close.handshake.
//               → finished
//   waiting     the delay before the next attempt, or in::retry_now. → asking, connecting
//   stopped     retry_now or credentials for reconnect.hold. → asking, connecting, finished
//   finished    nothing.
//
// A stop leads to finished at once where reconnect.hold is 0 or the application closes; a close
// does so in asking, connecting and waiting once nothing is kept any more.
//
// In the server role there is one connection: whatever ends it leads to finished.
//
// With delivery=exactly-once the messages are those of a session, which outlives its connections:
// open means that one stands, OPEN is told once the session runs on it. A server waits for its
// client to come back (waiting, for the session's ttl).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "link/actions.hpp"
#include "link/connection.hpp"
#include "link/greetings.hpp"
#include "link/kept_queue.hpp"
#include "link/session_side.hpp"
#include "policy/backoff.hpp"
#include "wire/receiver.hpp"

namespace resock::link {

enum class state { idle, asking, connecting, open, closing, waiting, stopped, finished };
const char* to_string(state);

struct statistics {
    std::uint64_t messages_sent = 0; // frames put together as messages, resends included
    std::uint64_t messages_resent = 0;
    std::uint64_t messages_received = 0;
    std::uint64_t bytes_sent = 0; // of the connection's stream, given to the kernel
    std::uint64_t bytes_received = 0;
    std::uint64_t connections = 0; // opened
    std::uint64_t attempts = 0;    // begun
    std::uint64_t queued_messages = 0;
    std::uint64_t queued_bytes = 0;
    std::optional<duration> rtt;     // the last measured
    std::uint64_t ended_below = 1;   // every message with a smaller id has ended
    std::uint64_t written_below = 1; // every message with a smaller id has ended or is written
};

// What a machine remembers of its session beside the session itself.
struct session_state {
    std::optional<out::opened> opening; // told once the session runs
    bool was_established = false;       // on this connection
    std::uint64_t acked_seen = 0;
    // R27.
    std::optional<time_point> move_at;
    time_point leave_by = time_point::max(); // the server's, in::move_away
    bool moving = false;                     // an attempt goes on beside the open connection
    bool finish_and_renew = false;           // GOAWAY FINISH: a new session follows this one
    std::optional<resock::url> redirect;     // of GOAWAY or WELCOME, for the next attempt
    bool redirected = false;                 // this attempt goes there
    std::vector<session::outgoing> later;    // messages for the session that follows
    std::uint64_t token_request = 0;         // CREDENTIALS that is to be answered by AUTH
    std::optional<duration> retry_after;     // of a REJECT
    // 4400: the same error twice at the same place is given up.
    std::optional<std::pair<std::uint64_t, std::uint64_t>> protocol_error_at;
};

class machine {
  public:
    machine(std::shared_ptr<const config>, random_fill, session_start = {});

    // Appends to `out`, in order. Views in `out` are valid until the next step.
    void step(in::event, time_point now, actions& out);
    // in::send as one of many: staged by go_on() or the next step.
    void take(in::send, time_point now, actions& out);
    // What take() has left to do.
    void go_on(time_point now, actions& out);
    // When in::tick is due; the past where it is due now.
    std::optional<time_point> deadline();
    // Bytes for the kernel; in::written takes them away.
    std::string_view output() const;

    link::state state() const { return state_; }
    statistics stats() const;
    // A server's session: why this HELLO cannot go on with it (R14); empty: in::accepted may
    // follow.
    std::optional<session::reject_frame> judge(const session::hello_frame&,
                                               std::string_view principal) const;
    // A move's answer came while the former connection stands: is that to be kept, and the new one
    // dropped?
    bool keeps_connection(const wire::upgrade_response&) const;
    // Nothing is accepted any more: END was said, or the link closes.
    bool closing() const { return wanted_ == wanted::closed; }
    const session::endpoint* session() const { return session_ ? &session_->end() : nullptr; }
    // Bytes held for a message that has come in part, and for output not yet taken.
    std::size_t held_bytes() const;
    // Of these, what is held for the message.
    std::size_t open_message_bytes() const { return receiver_ && active() ? receiver_->held() : 0; }

  private:
    enum class wanted { up, closed };

    // ---- the application's (machine_requests.cpp) ----
    void on(in::open&, actions&);
    void on(in::send&, actions&);
    void on(in::make_room&, actions&);
    void on(in::confirm&, actions&);
    void on(in::flush&, actions&);
    void on(in::close&, actions&);
    void on(in::abandon&, actions&);
    void on(in::retry_now&, actions&);
    void on(in::ready&, actions&);
    void on(in::greeting_set&, actions&);
    void on(in::greeting_remove&, actions&);
    void on(in::credentials&, actions&);
    void on(in::reconfigure&, actions&);
    // ---- of sessions (machine_session.cpp, machine_session_end.cpp) ----
    void on(in::done&, actions&);
    void on(in::move_away&, actions&);
    void on(in::ask_token&, actions&);
    void on(in::token_judged&, actions&);
    void on(in::stored&, actions&);
    void on(in::store_failed&, actions&);
    void on(in::superseded&, actions&);
    void submit(in::send&, actions&);
    void session_connected(out::opened, std::string leftover, actions&);
    void session_accepted(in::accepted&, actions&);
    void established(bool resumed, actions&);
    void progress_session(actions&);
    void settle_session(actions&);
    void session_hung_up(std::uint16_t code, std::string reason, actions&);
    bool session_closed_well(std::uint16_t received_code) const;
    bool same_error_again(std::uint16_t code);
    void fail_later(actions&);
    void end_session();
    bool wait_for_client();
    void leave(actions&);
    bool nothing_owed() const;
    void end_well(policy::failure, bool orderly, actions&);
    void rejected(const session::reject_frame&, const std::string& text, actions&);
    void reject_retry(const session::reject_frame&, policy::failure, actions&);
    void lost(session::reject_reason, std::optional<std::uint64_t> recv, std::string why,
              const policy::failure*, actions&);
    void begin_anew(std::vector<session::outgoing> kept, actions&);
    void give_up_session(actions&);
    void told_to_leave(const session::goaway_frame&, const std::string& url, actions&);
    void tick_session(actions&);
    void peer_ended(actions&);
    void await_last_word();
    void take_redirect(const std::string& url, actions&);
    std::uint64_t session_frame_limit() const;
    void move(actions&);
    void move_failed();
    bool may_follow(const resock::url&) const;
    const resock::url& next_url();
    void expire_session(actions&);
    session::identity new_identity();
    statistics session_stats() const;
    // ---- the transport's (machine_traffic.cpp) ----
    void on(in::received&, actions&);
    void on(in::written&, actions&);
    void on(in::inspected&, actions&);
    void on(in::reading&, actions&);
    void receive(std::string_view, actions&);
    void handle(wire::received&, actions&);
    void handle_message(wire::received&, actions&);
    void handle_pong(std::string_view payload, actions&);
    void handle_close(const wire::received&, actions&);
    void note_confirmed(std::uint64_t bytes);
    void confirm_answer(const std::optional<barrier::answer>&, actions&);
    void check_heartbeat(actions&);
    void warn_unanswered(actions&);
    // ---- making a connection (machine_connect.cpp) ----
    void on(in::opened&, actions&);
    void on(in::accepted&, actions&);
    void begin_connection(out::opened, std::string leftover, actions&);
    void on(in::connect_failed&, actions&);
    void begin_attempt(actions&);
    void connect(actions&);
    wire::upgrade_result check_opening(const wire::upgrade_response&, std::int64_t unix_now) const;
    void start_attempt(actions&);
    void ask_credentials(actions&);
    void credentials_missing(bool none_to_be_had, actions&);
    // ---- losing one (machine_down.cpp) ----
    void on(in::ended&, actions&);
    void lose(policy::failure, actions&);
    void fail_attempt(policy::failure, actions&);
    void settle(const policy::failure&, const policy::situation&, policy::disconnect_record,
                bool was_open, actions&);
    void follow_verdict(const policy::disconnect_record&, actions&);
    policy::disconnect_record record_of(const policy::failure&) const;
    policy::situation situation_of(const policy::failure&);
    void note_search(const policy::failure&, const kept_queue::doubt&, policy::disconnect_record&,
                     actions&);
    void finish(const policy::disconnect_record&, actions&);
    void hang_up(std::uint16_t code, std::string_view reason, bool peer_done, actions&);
    void drop_connection();
    // ---- time and progress (machine.cpp) ----
    void on(in::tick&, actions&);
    void tick_open(actions&);
    void refuse(const in::event&, actions&);
    void refuse(const in::send&, actions&);
    void progress(actions&);
    void begin_closing(actions&);
    void finish_closed(policy::failure, bool orderly, actions&);
    policy::disconnect_record closed_record(const policy::failure&) const;
    policy::failure closed_here() const;
    bool active() const { return state_ == state::open || state_ == state::closing; }
    bool serves() const { return config_->role == wire::role::server; }
    std::string peer_name() const { return serves() ? peer_ : url_.authority(); }

    std::shared_ptr<const config> config_;
    random_source random_;
    policy::backoff backoff_;
    kept_queue queue_;
    greetings greetings_;
    std::unique_ptr<session_side> session_; // delivery=exactly-once
    std::unique_ptr<session_state> in_session_;
    std::uint64_t records_before_ = 0; // of sessions before this one
    bool ended_by_peer_ = false;
    fail_reason unstored_ =
        fail_reason::in_doubt; // what becomes of messages that never got to disk

    link::state state_ = state::idle;
    wanted wanted_ = wanted::up;
    time_point now_{};
    std::optional<time_point> until_;            // the state's own time limit
    time_point close_until_ = time_point::max(); // close.timeout, once the application closes
    time_point over_by_ = time_point::max();     // in::close::within
    in::close close_;

    std::uint64_t connection_number_ = 0;
    std::uint64_t request_id_ = 0;
    resock::url url_;
    std::string peer_; // server role: its address
    wire::fields headers_;
    wire::upgrade_request request_;
    std::optional<link::connection> connection_;
    std::optional<wire::receiver> receiver_;
    std::string leftover_; // bytes behind the 101: views handed out point into it
    bool reading_ = true;
    time_point reading_since_ = time_point::min();
    bool closed_receive_ = false; // the receiver was told to stop inside a loop over its items

    bool was_open_ = false;
    bool auth_tried_ = false;
    bool credentials_wanted_ = false; // refused and not yet answered: the next attempt asks again
    unsigned protocol_row_ = 0;
    std::optional<time_point> opened_at_;
    std::optional<time_point> ended_at_;
    std::uint64_t search_through_ = 0; // the search goes on while a message up to this id is kept
    // A barrier stands so many bytes behind the last. Halved by each connection that breaks before
    // anything is confirmed, else a slow line that breaks often would never get on.
    std::uint64_t barrier_bytes_ = barrier::due_bytes;
    std::uint64_t confirmed_here_ = 0; // bytes of messages confirmed on this connection
    bool warned_unanswered_ = false;
    bool warned_slow_ = false;
    std::unique_ptr<const policy::disconnect_record> last_record_; // null: nothing has ended yet
    std::uint64_t written_through_ = 0; // last id written whole on this connection
    std::uint64_t written_told_ = 0;    // the highest that was told: CONFIRMED never goes back
    std::uint64_t last_id_ = 0;
    bool taken_ = false; // messages of take() are not staged yet
    statistics stats_;
};

} // namespace resock::link
