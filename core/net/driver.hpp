// Carries out what the machine of a link wants: the only place where its actions meet sockets and
// timers. Everything here runs on the I/O thread of the link.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>

#include "link/machine.hpp"
#include "net/connector.hpp"
#include "net/io_worker.hpp"
#include "net/resolver.hpp"
#include "net/stream.hpp"

namespace resock::net {

// Who is told what the machine reports. Called on the I/O thread only.
class observer {
  public:
    virtual void on(link::out::deliver&&) = 0;
    virtual void on(link::out::opened&&) = 0;
    virtual void on(link::out::down&&) = 0;
    virtual void on(const link::out::confirmed&) = 0;
    virtual void on(const link::out::failed&) = 0;
    virtual void on(const link::out::made_room&) = 0;
    virtual void on(const link::out::ask&) = 0;
    virtual void on(link::out::log&&) = 0;
    virtual void on(link::out::finish&&) = 0;
    // ---- of sessions ----
    virtual void on(link::out::lost&&) = 0;
    virtual void on(link::out::persist&&) = 0;
    virtual void on(link::out::token&&) = 0;
    // A deadline has come: what the machine should know first may be stepped now.
    virtual void before_tick() {}
    // A burst is over: tell the application what came of it.
    struct answer {
        bool may_read = true;                     // may the socket be read on?
        std::optional<link::in::abandon> abandon; // the connection is to be given up
    };
    virtual answer burst_ended(const link::machine&) = 0;
    // How much may be read now, at least one byte; io_worker::read_size where nothing is short.
    virtual std::size_t read_allowance() const { return io_worker::read_size; }

  protected:
    ~observer() = default;
};

struct driver_options {
    tls_options tls;
    duration connect_timeout = std::chrono::seconds(10);
    duration open_timeout = std::chrono::seconds(20);
};

class driver : public std::enable_shared_from_this<driver> {
  public:
    driver(std::shared_ptr<io_worker>, std::shared_ptr<resolver>,
           std::shared_ptr<const link::config>, const driver_options&, observer&,
           link::session_start = {});

    // Server role: takes over a connection whose request was answered with 101.
    // `held` is released once its socket is closed.
    void adopt(std::unique_ptr<stream>, link::in::accepted, std::shared_ptr<void> held);
    // Several steps that belong together: the clock is read once, and end_burst() follows.
    void begin_burst();
    time_point now() const { return now_; } // of this burst
    void step(link::in::event);
    void take(link::in::send);
    void go_on(); // behind the last take()
    // Writes what is due, tells the observer, arms timer and socket.
    void end_burst();
    // The application's queue has room again (or not): read from the socket or leave it.
    void set_reading(bool on);
    // From the next attempt on.
    void set_timeouts(duration connect, duration open) {
        options_.connect_timeout = connect;
        options_.open_timeout = open;
    }
    // Ends everything; the observer is not called any more.
    void stop();

    // Driven: called before the worker waits for its sockets.
    static void arm_reads(io_worker&);

    link::machine& machine() { return machine_; }

  private:
    void carry_out();
    void carry_out(link::out::connect&);
    void carry_out(link::out::disconnect&);
    void connected(connect_result);
    void read();
    bool read_once(std::size_t most);
    bool read_ahead();
    void read_if_wanted();
    void await_reading();
    template<class Handler>
    auto once(bool driver::*flag, Handler);
    void drop_stream();
    void supersede();
    bool write();
    void arm_read();
    void arm_write();
    void arm_timer();
    void on_timer();

    std::shared_ptr<io_worker> worker_;
    std::shared_ptr<resolver> resolver_;
    driver_options options_;
    observer* observer_; // null once stopped
    link::machine machine_;
    link::actions actions_;
    boost::asio::steady_timer timer_;
    std::optional<time_point> armed_for_;
    std::shared_ptr<connector> connector_;
    std::unique_ptr<stream> stream_;
    std::shared_ptr<void> held_; // as long as an adopted stream_ is open
    std::uint64_t streams_ = 0;  // so far: tells a handler of an earlier one
    time_point now_{};
    bool reading_ = true;
    bool read_armed_ = false;   // its handler comes when the socket can be read
    bool read_posted_ = false;  // its handler comes at once
    bool unarmed_ = false;      // stands in worker_->unarmed
    bool in_read_ = false;      // this burst began with what was read
    bool ahead_ = false;        // the last read behind a write found something
    unsigned ahead_misses_ = 0; // in a row
    unsigned ahead_skips_ = 0;  // writes until it is tried again
    std::uint64_t reads_ = 0;   // that found something
    bool write_armed_ = false;
    bool inspect_ = false;
};

} // namespace resock::net
