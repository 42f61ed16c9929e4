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
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "link/actions.hpp"
#include "link/connection.hpp"
#include "link/greetings.hpp"
#include "link/kept_queue.hpp"
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

class machine {
  public:
    machine(std::shared_ptr<const config>, random_fill);

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
    // Bytes held for a message that has come in part, and for output not yet taken.
    std::size_t held_bytes() const;
    // Of these, what is held for the message.
    std::size_t open_message_bytes() const { return connection_ ? receiver_->held() : 0; }

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
