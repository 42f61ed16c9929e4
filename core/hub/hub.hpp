// I/O threads, the links on them, and the events that these have to tell.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/error.hpp"
#include "hub/control_queue.hpp"
#include "hub/engine.hpp"
#include "hub/event_queue.hpp"
#include "hub/hub_link.hpp"
#include "hub/listener.hpp"
#include "hub/settings.hpp"

namespace resock::hub {

inline constexpr std::uint32_t forever_ms = UINT32_MAX; // RESOCK_FOREVER
wall_clock::time_point deadline_of(std::uint32_t timeout_ms);

class hub : public std::enable_shared_from_this<hub> {
  public:
    explicit hub(const hub_settings&, net::lookup = net::system_lookup);
    ~hub();

    // ---- any thread; errors are thrown as resock::error ----
    std::shared_ptr<hub_link> open(link_settings, std::uint64_t user);
    // Links with the same options share them.
    std::shared_ptr<hub_link> open(std::shared_ptr<const link_settings>, std::uint64_t user);
    std::shared_ptr<listener> listen(const options&);
    // Ends a link without events; what it had not confirmed is logged.
    void release(const std::shared_ptr<hub_link>&);
    // Ends a listener without events; links that it accepted stay.
    void release(const std::shared_ptr<listener>&);
    // Fills the front of `out`; 0 at the time limit or after wake(). One thread at a time.
    std::size_t poll(std::uint32_t timeout_ms, std::span<event_ptr> out);
    std::size_t poll(hub_link&, std::uint32_t timeout_ms, std::span<event_ptr> out);
    // Packed records into `out`, the number of bytes. Throws error(too_small) where not even the
    // next record fits; `needed` is then its size.
    std::size_t poll_packed(std::uint32_t timeout_ms, std::span<char> out, std::size_t& needed);
    int fd();
    void wake();
    // From now on `callback` gets every event, on a thread of the library, until close().
    void dispatch(std::function<void(event_ptr)> callback);
    // Aborts all links and ends the threads. From the dispatcher's callback it does not wait for
    // the dispatcher, which then ends with that callback.
    void close();

    // ---- its listeners' ----
    // A link for a connection on its way; the caller starts it. `prepare` gets it before anybody
    // else can find it.
    std::shared_ptr<hub_link> make_link(std::shared_ptr<const link_settings>, std::uint64_t user,
                                        std::shared_ptr<net::io_worker>,
                                        const std::function<void(hub_link&)>& prepare = {},
                                        link::session_start = {});
    void tell(event_ptr); // REQUEST, ACCEPTED, CLOSED of a listener
    // Likewise, on an I/O thread; see ready_soon().
    void tell_soon(event_ptr, net::io_worker&);
    // A REQUEST that need not be answered any more, where it was not polled yet.
    void withdraw(std::uint64_t listener_id, std::uint64_t request_id);

    // ---- its links' ----
    void ready(const std::shared_ptr<hub_link>&); // has events
    // Likewise, on the link's I/O thread: descriptors become ready many at a time, and the poller
    // is woken once behind them all, not in the middle of the first.
    void ready_soon(const std::shared_ptr<hub_link>&);
    void notify(); // one of them was polled to its end
    void log(link::log_level, std::string text, event_origin);
    hub_settings settings() const { return settings_; }
    engine& io() { return engine_; }
    bool on_dispatcher() const { return dispatcher_id_.load() == std::this_thread::get_id(); }

  private:
    using lock = std::unique_lock<std::mutex>;
    template<class Take>
    std::size_t poll_with(std::uint32_t timeout_ms, std::atomic_flag& polling, hub_link* only,
                          std::size_t drive_after, Take take);
    // Driven: `drive_after` so much was taken without waiting the I/O is driven.
    template<class Take>
    std::size_t poll_until(std::uint32_t timeout_ms, hub_link* only, std::size_t drive_after,
                           Take take);
    void wait(wall_clock::time_point deadline, hub_link* only);
    std::size_t take(std::span<event_ptr> out);
    std::size_t take_packed(std::span<char> out, std::size_t& needed);
    bool take_control_packed(std::span<char> out, std::size_t& used, std::size_t& needed);
    std::shared_ptr<hub_link> next_ready(const lock&, bool& more);
    event_ptr pop_control(const lock&);
    std::size_t take_control(const lock&, std::span<event_ptr> out);
    void check_open(const lock&) const; // throws error(status::closed)
    void add_ready(const lock&, const std::shared_ptr<hub_link>&);
    void signal_soon(net::io_worker&);
    void signal(const lock&); // who waits in poll, and who waits for fd()
    void raise(const lock&);  // fd() alone
    void raise_unlocked();
    void unsignal(const lock&);
    bool has_nothing(const lock&) const; // to take, or to be woken for
    void run_dispatcher(const std::function<void(event_ptr)>&);

    const hub_settings settings_;
    engine engine_;
    std::atomic_flag polling_ = ATOMIC_FLAG_INIT; // set for good by a dispatcher
    std::atomic<bool> dispatching_{false};
    std::atomic<std::thread::id> dispatcher_id_{};
    std::thread dispatcher_;

    mutable std::mutex mutex_; // of all below
    std::condition_variable changed_;
    std::deque<std::shared_ptr<hub_link>> ready_;
    std::unordered_map<std::uint64_t, std::shared_ptr<hub_link>> links_;
    std::unordered_map<std::uint64_t, std::shared_ptr<listener>> listeners_;
    control_queue control_;
    std::uint64_t next_link_ = 1;
    std::uint64_t next_listener_ = 1;
    bool woken_ = false;
    bool closed_ = false;
    int fd_ = -1;
    bool fd_set_ = false;
    bool raising_ = false; // raise_unlocked() writes: fd_ may be told to be set before it is
    std::atomic<unsigned> takes_{0};
    std::atomic<std::size_t> taken_{0}; // driven: events or bytes since the I/O was last driven
};

} // namespace resock::hub
