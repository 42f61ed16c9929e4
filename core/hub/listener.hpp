// The accepting side as the application's threads see it: what may come in, what waits for an
// answer, and how it ends.
//
// The sockets live on the I/O threads, one gate each. What the options refuse is refused there; the
// rest becomes a link at once (listen.accept=auto), or a REQUEST that waits for accept() or
// refuse().
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "hub/admission.hpp"
#include "hub/event.hpp"
#include "hub/gate.hpp"
#include "hub/listener_settings.hpp"
#include "hub/listener_stats.hpp"
#include "hub/memory_pool.hpp"
#include "hub/session_registry.hpp"

namespace resock::hub {

class hub;
class hub_link;

class listener final : public std::enable_shared_from_this<listener> {
  public:
    // Binds. Throws error(status::io) naming the address, error(status::option).
    listener(std::shared_ptr<hub>, std::uint64_t id, const options&);
    ~listener();
    void prepare(); // what needs its shared_ptr
    void start();   // accepting

    // ---- any thread; errors are thrown as resock::error ----
    // "ws://127.0.0.1:41234", with the port that the system chose.
    std::string address(std::size_t index) const;
    // A link for the connection of this REQUEST; `given` null: the listener's own options. Null
    // where it was about a token of a session, whose link is there already.
    std::shared_ptr<hub_link> accept(std::uint64_t request_id, const options* given,
                                     std::uint64_t user);
    void refuse(std::uint64_t request_id, int status, const wire::fields&, std::string_view body);
    // Accepts no more; what waits is refused. CLOSED once the last connection has ended and the
    // CLOSED of its link was polled.
    void close();
    // close(), and the links too: told `code` (1001, 1012), cut after `within`. Sessions are asked
    // to move to `url` ("": where they came from), or with `finish` to end.
    void drain(std::uint16_t code, duration within, std::string_view url = {}, bool finish = false);
    void reload(); // the certificate
    std::string stats_json() const;
    std::string history_json() const { return stats_.history_json(); }
    std::uint64_t id() const { return id_; }
    void set_user(std::uint64_t user) { user_ = user; }
    void check_not_freed() const; // throws error(status::closed)

    // ---- the hub's ----
    const std::shared_ptr<hub>& owner() const { return hub_; }
    void mark_freed();
    void stop_accepting();
    // Stops everything without an event. I/O threads have ended.
    void abort();

    // ---- its gates', I/O threads ----
    const listener_settings& settings() const { return settings_; }
    admission::entry enter(const std::string& ip) { return admission_->enter(ip); }
    net::tls_context tls();
    wire::refusal refusal_of(admission::outcome) const;
    std::string exhausted_answer() const;
    void requested(const std::shared_ptr<net::opening>&, const std::shared_ptr<net::io_worker>&);
    void unanswered(const std::shared_ptr<net::opening>&);
    // A client of resock.v1 has said HELLO.
    void greeted(net::greeting, session_request, const std::shared_ptr<net::io_worker>&);
    void note_refused(const std::string& address, int status, const std::string& why);
    void note_dropped(const std::string& why);
    void note_exhausted(int sys_errno);

  private:
    using lock = std::unique_lock<std::mutex>;
    struct pending { // a REQUEST that waits for its answer
        std::shared_ptr<net::opening> opening;
        std::shared_ptr<net::io_worker> worker;
        std::shared_ptr<void> slot; // the opening's own is its I/O thread's
    };
    struct farewell { // of a listener that drains, to its links
        std::uint16_t code = 0;
        const char* reason = "";
        duration within{};
        std::string url; // where sessions are to go
        bool finish = false;
    };
    // A HELLO on its way to its session.
    struct caller {
        net::greeting greeting;
        session_request from;
        std::shared_ptr<net::io_worker> worker;
        std::string principal;
        std::optional<boost::asio::steady_timer> timer; // of a REQUEST
        unsigned tries = 0;                             // to find a session that is not just ending
    };
    using caller_ptr = std::shared_ptr<caller>;
    enum class state { accepting, draining, closed };

    void bind_all();
    std::optional<wire::refusal> judge(const net::opening&) const;
    bool is_health_check(const wire::client_request&) const;
    void refuse_opening(net::opening&, const wire::refusal&);
    wire::refusal overloaded(std::string why) const;
    void ask(const std::shared_ptr<net::opening>&, const std::shared_ptr<net::io_worker>&);
    std::shared_ptr<hub_link> make_link(const std::shared_ptr<net::io_worker>&,
                                        std::shared_ptr<void> slot,
                                        std::shared_ptr<const link_settings>, std::uint64_t user,
                                        link::session_start = {});
    void hand_over(const pending&, const std::shared_ptr<hub_link>&, const link_settings&);
    void accept_now(const std::shared_ptr<net::opening>&, const std::shared_ptr<net::io_worker>&);
    pending take_pending(std::uint64_t request_id);
    // ---- sessions (listener_greeting.cpp) ----
    bool speaks_sessions(const wire::client_request&) const;
    void load_sessions();
    void ask_about(const caller_ptr&, std::string_view token);
    void ask_unanswered(std::uint64_t request_id);
    std::optional<session::reject_frame> judge_token(const caller&,
                                                     const session::hello_frame&) const;
    std::shared_ptr<hub_link> place(const caller_ptr&, std::shared_ptr<const link_settings>,
                                    std::uint64_t user, std::uint64_t request_id, bool tell_handle);
    void resume(const caller_ptr&, const std::shared_ptr<hub_link>&);
    std::shared_ptr<hub_link> begin_session(const caller_ptr&, const session::hello_frame&,
                                            std::shared_ptr<const link_settings>,
                                            std::uint64_t user);
    std::shared_ptr<hub_link> make_session_link(const std::shared_ptr<net::io_worker>&,
                                                std::shared_ptr<const link_settings>,
                                                std::uint64_t user, link::session_start);
    void reject(const caller_ptr&, session::reject_frame);
    caller_ptr peek_caller(std::uint64_t request_id) const;
    caller_ptr take_caller(std::uint64_t request_id); // null where none waits
    static session::reject_frame reject_of(int status, std::string_view text);
    static error gone(std::uint64_t request_id);
    void refuse_callers();
    void say_farewell(hub_link&, const farewell&) const;
    void token_given(const std::shared_ptr<hub_link>&, std::string token);
    std::shared_ptr<hub_link> take_token_request(std::uint64_t request_id);
    void forget_token_of(const lock&, std::uint64_t link_id);
    void refuse_all_pending();
    void stop(state);
    void forget(std::uint64_t link_id);
    void gate_closed();
    void wake_waiting();
    void end_stalled();
    std::vector<std::shared_ptr<hub_link>> all_of_mine() const;
    void post(void (listener::*what)());
    void tell_if_over();
    void warn(std::atomic<std::int64_t>& last, const std::string& text);
    event_origin origin() const;

    const std::shared_ptr<hub> hub_;
    const std::uint64_t id_;
    const options options_;
    const listener_settings settings_;
    std::atomic<std::uint64_t> user_{0};
    std::unique_ptr<net::server_certificate> certificate_; // null without wss
    std::shared_ptr<memory_pool> pool_;
    std::shared_ptr<session_registry> sessions_;
    std::shared_ptr<admission> admission_;
    std::vector<std::vector<net::bound_socket>> bound_; // of each gate, until start()
    std::vector<std::shared_ptr<gate>> gates_;          // as the engine's workers
    std::vector<std::string> addresses_;
    listener_stats stats_;
    std::atomic<bool> freed_{false};
    std::atomic<bool> accepting_{true};
    std::atomic<std::uint64_t> links_untold_{0}; // links_.size()
    // Of the first gate's I/O thread: looks for stalled links while memory is short.
    std::optional<boost::asio::steady_timer> pressure_;
    bool pressure_armed_ = false;
    std::atomic<std::int64_t> warned_full_ns_{0};
    std::atomic<std::int64_t> warned_exhausted_ns_{0};

    mutable std::mutex mutex_; // of all below
    state state_ = state::accepting;
    std::optional<farewell> farewell_;
    std::size_t closed_gates_ = 0;
    bool told_closed_ = false;
    std::uint64_t next_request_ = 1;
    std::map<std::uint64_t, pending> pending_;
    std::map<std::uint64_t, caller_ptr> callers_;             // likewise, of sessions
    std::map<std::uint64_t, std::weak_ptr<hub_link>> tokens_; // by the REQUEST that asks about it
    std::map<std::uint64_t, std::uint64_t> token_requests_;   // by link: the latest of each
    std::unordered_map<std::uint64_t, std::weak_ptr<hub_link>> links_;
};

} // namespace resock::hub
