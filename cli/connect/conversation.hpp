// One link between standard input and standard output: what to wait for, and how it ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "common/events.hpp"
#include "common/output.hpp"
#include "connect/input.hpp"
#include "connect/settings.hpp"

namespace cli {

// Everything happens on one thread, in turns: hand on what there is, then wait in poll(2) for
// standard input, the hub, standard output or a signal. What cannot be handed on is not read:
// standard input while the queue is full, the hub while standard output is slow.
class conversation {
  public:
    explicit conversation(connect_settings);
    int run();

  private:
    using clock = std::chrono::steady_clock;

    void feed();
    bool send_front(std::string_view message);
    void return_echoes();
    void close_when_done();
    void wait();
    int wait_ms() const;
    void take_events();
    void take_last_logs();
    void take(resock::event);
    void print(resock::event);
    void take_input();
    void take_signals();
    void refuse_input(const std::string& sentence);
    void close_link();
    void stop();
    void leave_session();

    bool keeps_session() const { return !settings_.outbox.empty(); }
    bool reads_input() const;
    bool input_is_done();
    bool may_still_listen();
    std::uint64_t unconfirmed() const;
    int finish();
    int explain_end(const resock::event& closed);
    int explain_leaving();
    std::string waiting_for_next_run() const;

    connect_settings settings_;
    reporter reporter_;
    input input_;
    output output_;
    resock::hub hub_;
    resock::link link_;
    int hub_fd_ = -1;
    bool queue_full_ = false; // until WRITABLE
    bool opened_ = false;     // at least once
    bool closing_ = false;    // by us
    bool leaving_ = false;    // the session stays in its file
    bool input_refused_ = false;
    std::string lost_;               // why the session was, where no new one follows
    int signal_ = 0;                 // the first one, 0: none
    bool quit_ = false;              // after the second
    std::uint64_t failed_ = 0;       // messages
    std::uint64_t not_returned_ = 0; // messages to be sent back
    std::deque<resock::event> echoes_;
    std::optional<clock::time_point> listen_until_;
    std::optional<resock::event> closed_;
};

} // namespace cli
