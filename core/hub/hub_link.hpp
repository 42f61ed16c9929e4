// One link as the application's threads see it. The machine lives on the I/O thread; here are the
// inbox that leads to it, the budget of what was accepted, and the events that wait to be polled.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "hub/done_tracker.hpp"
#include "hub/engine.hpp"
#include "hub/event_queue.hpp"
#include "hub/memory_pool.hpp"
#include "hub/options.hpp"
#include "hub/session_journal.hpp"
#include "hub/settings.hpp"
#include "net/driver.hpp"
#include "net/greeter.hpp"

namespace resock::hub {

class hub;

struct outgoing {
    std::string_view bytes;
    bool text = false;
    bool unkept = false;
    bool flush = false;
    std::uint32_t ttl_ms = 0; // 0: message.ttl
};

struct link_status {
    link::state state = link::state::idle;
    link::statistics stats;
    std::uint64_t accepted = 0;                // messages, ever
    std::array<std::uint64_t, 5> reached = {}; // by level: the last id that was told
};

// What a durable outbox brought back: it has the ids 1 to `messages`, and holds its budget.
struct restored_outbox {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
};

class hub_link final : public net::observer,
                       public chore,
                       public done_listener,
                       public std::enable_shared_from_this<hub_link> {
  public:
    // Greetings of one link: keys, bytes of each and of all.
    static constexpr std::size_t max_greetings = 10000;
    static constexpr std::size_t max_greeting = 1u << 20;
    static constexpr std::size_t max_greeting_bytes = 8u << 20;
    // Records kept for history.
    static constexpr std::size_t max_history = 64;

    hub_link(std::shared_ptr<hub>, std::uint64_t id, std::uint64_t user,
             std::shared_ptr<const link_settings>, std::shared_ptr<net::io_worker>,
             link::session_start = {});
    void start(); // connecting

    // ---- of a link that a listener accepted ----
    // Before anything else: what it holds of the listener. `slot` until its socket is closed,
    // `membership` until CLOSED was polled or the link is freed.
    void belong_to(std::shared_ptr<void> slot, std::shared_ptr<void> membership,
                   std::shared_ptr<memory_pool>);
    // The peer's request was answered with 101, or that went wrong. I/O thread.
    void adopt(std::unique_ptr<net::stream>, link::in::accepted);
    void adoption_failed(policy::failure);
    // Closes as the listener drains; cut where that takes longer than `within`.
    void go_away(std::uint16_t code, std::string_view reason, duration within);
    // Memory of the listener is free again: who waited for it is told.
    void memory_freed();
    // What it holds where its peer has taken no byte of a queue for so long, above its share; else
    // 0.
    std::uint64_t stalled_bytes(time_point now, duration long_enough) const;
    void give_up(); // ends the connection with 1013

    // ---- of a session (hub_link_session.cpp) ----
    // Before anything else.
    void restore(const restored_outbox&);
    void set_journal(std::shared_ptr<session_journal>);
    // Of a listener's: told the token that the client sent; token_judged() is its answer.
    void on_token(std::function<void(std::string)> ask) { ask_about_token_ = std::move(ask); }
    // What is left of a listener's session when its link ends: told once, on the I/O thread.
    struct session_rest {
        std::uint64_t link_id = 0;
        session::identity identity;
        session::reject_reason reason = session::reject_reason::ended;
        std::uint64_t recv = 0;
        std::uint64_t tombstone_s = 0;
        bool kept = false; // on disk: it goes on another time
    };
    void on_session_over(std::function<void(const session_rest&)> told) {
        session_over_ = std::move(told);
    }
    // A listener's: its client has come back, on this connection. I/O thread. Returns false where
    // the session has ended meanwhile, and leaves everything as it was.
    bool resume(net::greeting&, link::in::accepted&, std::string_view principal);
    // Likewise, its first connection.
    void begin_session(net::greeting&, std::string address, std::string tls);
    // Restored: its client will come back.
    void wait_for_client();
    void forget_session_over() { session_over_ = nullptr; }
    // From the journal, any thread.
    void stored(std::uint64_t through);
    void store_failed(std::string why, bool for_good);
    // From the listener, any thread: GOAWAY, and the answer to a token.
    void move_away(link::in::move_away);
    void token_judged(bool right, std::optional<std::string> principal = {});
    void done_moved() noexcept override;
    // What the application has newly finished. I/O thread.
    std::optional<link::in::done> newly_done();

    // ---- any thread; errors are thrown as resock::error ----
    std::uint64_t send(const outgoing&); // the message's id
    void confirm(std::uint64_t id, bool through);
    void flush(link::level, std::uint32_t timeout_ms);
    void set(std::string_view name, std::string_view value);
    void retry_now();
    void ready();
    void greeting_set(std::string_view key, std::string_view data, bool text);
    void greeting_remove(std::string_view key);
    void credentials(std::uint64_t request_id, const options*);
    void close(std::uint16_t code, std::string_view reason);
    void done(std::uint64_t number); // of a MESSAGE of a session
    void ask_token(duration within);
    void hold(bool on); // messages that arrived wait until it ends
    link_status status() const;
    std::vector<policy::disconnect_record> history() const;
    std::uint64_t id() const { return id_; }
    std::uint64_t user() const { return user_; }
    bool in_session() const { return in_session_; }
    void set_user(std::uint64_t user) { user_ = user; }

    // ---- the hub's ----
    // Takes waiting events, gives their budget back.
    std::size_t take(std::span<event_ptr> out);
    // The next event's size as a packed record; 0 where none waits.
    std::size_t take_packed(std::span<char> out, std::size_t& needed);
    bool has_events() const;
    // Stops everything without an event. I/O thread, or nothing else runs.
    void abort();
    // The handle is freed, or the hub is: calls that still wait end with RESOCK_CLOSED.
    void mark_freed();
    bool freed() const { return freed_; }
    void check_not_freed() const; // throws error(status::closed)
    // Its last event, CLOSED, was polled.
    bool told_all() const;
    const std::shared_ptr<hub>& owner() const { return hub_; }
    const std::shared_ptr<net::io_worker>& worker() const { return worker_; }
    std::atomic_flag polling = ATOMIC_FLAG_INIT; // by resock_link_poll
    bool in_ready = false;                       // guarded by the hub
    bool announced = true;                       // likewise: its ACCEPTED was told, or has none

    void run_chore() override { run_inbox(); }

    // ---- net::observer, I/O thread ----
    void on(link::out::deliver&&) override;
    void on(link::out::opened&&) override;
    void on(link::out::down&&) override;
    void on(const link::out::confirmed&) override;
    void on(const link::out::failed&) override;
    void on(const link::out::made_room&) override;
    void on(const link::out::ask&) override;
    void on(link::out::log&&) override;
    void on(link::out::finish&&) override;
    void on(link::out::lost&&) override;
    void on(link::out::persist&&) override;
    void on(link::out::token&&) override;
    void before_tick() override;
    answer burst_ended(const link::machine&) override;
    std::size_t read_allowance() const override;

  private:
    using lock = std::unique_lock<std::mutex>;
    struct parcel { // a send, or anything else; small where it is a send
        link::in::send send;
        std::unique_ptr<link::in::event> other;
    };
    struct room {
        bool done = false;
        link::out::made_room made;
    };

    void push(const lock&, link::in::event);
    void wake(lock&);
    void run_inbox();
    void take_inbox();
    bool has_room_for_note(std::size_t bytes) const;
    void end_late_sends();
    void leave_listener();
    void ended();
    void settle_budget(const link::machine&);
    void step_all(std::vector<parcel>&);
    void check_alive(const lock&) const;
    void check_plain(const char* call, const char* instead) const; // throws NOT_SUPPORTED
    void check_session(const char* call, session::role) const;     // likewise
    void check_level(link::level) const;
    bool has_reached(link::level, std::uint64_t id) const;
    event_limits limits_of_events() const;
    void begin_tracking(const session::sid_bytes&, std::uint64_t born);
    void end_tracking();
    void settle_done(const link::machine&);
    void track_session();
    void tell_session_over(session::reject_reason, bool kept);
    void check_size(std::uint64_t bytes) const;
    bool has_room(std::uint64_t bytes) const;
    void reserve(lock&, std::uint64_t bytes);
    void refuse(lock&, std::uint64_t bytes);
    void make_room(lock&, std::uint64_t bytes);
    // Waits, driving the I/O of a hub without threads, until `done` or the deadline (false).
    template<class Done>
    bool wait(lock&, wall_clock::time_point deadline, Done done);
    void drive(lock&, wall_clock::time_point deadline);
    void after_take(lock& events, const budget& freed, std::uint64_t opened);
    void check_may_wait() const;
    event_origin origin() const { return {id_, user_}; }
    std::shared_ptr<const link::config> machine_config() const;
    void account_queue(const lock&);
    void rest(const lock&);
    void account_events(const lock& events);
    bool must_pause(const lock& events) const;
    bool may_resume(const lock& events) const;

    const std::shared_ptr<hub> hub_;
    const std::uint64_t id_;
    const bool in_session_;
    std::atomic<std::uint64_t> user_;
    std::shared_ptr<net::io_worker> worker_;
    std::shared_ptr<net::driver> driver_;
    std::unique_ptr<memory_account> memory_; // of an accepted link; has a lock of its own

    mutable std::mutex mutex_; // of all down to the next one
    std::condition_variable changed_;
    unsigned waiting_ = 0;
    std::shared_ptr<const link_settings> settings_;
    std::vector<parcel> inbox_;
    block_source blocks_; // of the messages in it
    bool posted_ = false;
    bool retimed_ = false; // the driver does not know yet that set() was called
    std::uint64_t last_id_ = 0;
    budget used_;
    bool refused_ = false;            // a send was refused: WRITABLE is owed
    std::uint64_t refused_bytes_ = 0; // its size
    std::uint64_t settled_id_ = 0;    // last_id_ when the last burst ended
    time_point busy_at_{};            // a burst ended and something was sent or still queued
    std::uint64_t sent_seen_ = 0;     // bytes given to the kernel when that last changed,
    time_point moved_at_{};           // and when; or when the queue began
    bool closing_ = false;
    bool ended_ = false;
    std::atomic<bool> freed_{false};
    std::map<std::uint64_t, room> rooms_;
    std::uint64_t next_room_ = 1;
    std::map<std::string, std::size_t, std::less<>> greetings_;
    std::size_t greeting_bytes_ = 0;
    link_status status_;
    std::shared_ptr<void> membership_;
    deque<policy::disconnect_record> history_;
    std::uint64_t opened_seen_ = 0; // connection of the last OPEN that was polled
    done_tracker::owner tracker_;   // changed on the I/O thread only, which may read it unlocked

    mutable std::mutex events_mutex_; // of the next two
    event_queue events_;
    bool paused_ = false; // reading, because events_ is full

    // I/O thread only.
    std::shared_ptr<void> slot_; // of the listener
    bool finished_ = false;      // CLOSED was made
    bool awaited_ = false;       // accepted, and its connection has not come yet: the inbox waits
    std::vector<parcel> taken_;
    std::vector<event_ptr> made_;
    budget freed_budget_;
    std::uint64_t told_[5] = {};
    std::shared_ptr<session_journal> journal_;
    std::function<void(std::string)> ask_about_token_;
    std::function<void(const session_rest&)> session_over_;
    session::reject_reason lost_reason_ = session::reject_reason::ended;
};

} // namespace resock::hub
