// A hub and who reads it: an asyncio loop that calls drain() when fd() is readable, or the threads
// that wait(), one of which reads for all. The GIL guards all of it.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "link.hpp"
#include "object.hpp"

namespace resock::python {

// Events taken at a time, and by one call of drain(): then it is another one's turn.
inline constexpr std::size_t events_at_a_time = 256;
inline constexpr std::size_t events_of_a_drain = 1024;

class pump : public std::enable_shared_from_this<pump> {
  public:
    using clock = std::chrono::steady_clock;
    using time_limit = std::optional<clock::time_point>;

    // What a thread waits for. One that calls Python may let go of the GIL: only its own thread
    // asks it, and is woken to do so whenever something has happened.
    struct condition {
        std::function<bool()> holds;
        bool calls_python;
    };

    explicit pump(const option_texts&);
    ~pump() { close(); }
    pump(const pump&) = delete;
    pump& operator=(const pump&) = delete;

    // Readable while there is something to drain.
    int fd() const { return fd_; }
    v1::hub& handle() { return hub_; }
    // Gives what has happened to those whom it concerns, without waiting.
    void drain();
    // Likewise, unless a thread waits, which does it.
    void drain_unless_led();
    // Something has changed outside of drain(): those who wait look again.
    void rouse();
    // Blocks until `ready`, or false at the time limit. Handlers of signals run meanwhile; what
    // they raise comes out of it.
    bool wait(const condition& ready, time_limit);
    // Ends the hub and its threads; links answer Closed. Inside a callback: behind it.
    void close();
    // Likewise as the process ends: threads that wait end without a word, as SystemExit does it.
    void close_at_exit();

    // A number that stands in the events of that link from the start.
    std::uint64_t add(link&);
    // A link that a listener accepted by itself is known by its own number.
    void add_accepted(std::uint64_t link_id, link&);
    void remove(std::uint64_t key);
    // `receiver` gets _requested(Request), _accepted(Incoming) and _listener_closed(json).
    void add_listener(std::uint64_t listener_id, py::handle receiver);
    void remove_listener(std::uint64_t listener_id);

  private:
    struct follower {
        const condition* ready;
        int fd;
    };
    // Names of links given by add() have this bit: numbers of the hub never reach it.
    static constexpr std::uint64_t ours = std::uint64_t{1} << 63;

    void route(event_ptr);
    void to_listener(event_ptr);
    link* find(const resock_event*) const;
    void lead(time_limit);
    void follow(const condition& ready, time_limit);
    // Those who are ready, or all; and one more where nobody leads.
    void wake_followers(bool one_is_to_lead, bool all);
    void wait_for_leader();
    void drain_some();
    void close_now();
    void close_if_asked();
    bool is_forked() const { return process_ != ::getpid(); }

    const pid_t process_ = ::getpid(); // in a forked child its threads and those who wait are gone
    v1::hub hub_;
    int fd_ = -1;
    std::unordered_map<std::uint64_t, link*> links_; // who is gone has removed itself
    std::unordered_map<std::uint64_t, py::handle> listeners_;
    std::uint64_t next_ = 1;
    bool draining_ = false;
    bool closed_ = false;
    bool at_exit_ = false;
    bool led_ = false;       // a thread waits for fd()
    std::uint64_t news_ = 0; // counts what may have changed the answer of a condition
    std::thread::id leader_;
    bool closes_later_ = false; // close() was called inside a callback
    std::vector<follower> followers_;
};

void register_pump(py::module_& module);

} // namespace resock::python
