#pragma once

#include <boost/json/object.hpp>

#include "job/echo_check.hpp"
#include "job/options.hpp"
#include "support/clock.hpp"

namespace bench {

// The state of a throughput run: what to send next, what came back, and the clock. The clock
// starts with the last echo of the warm-up and ends with the last of all.
class flow {
  public:
    explicit flow(const job_options& of)
        : warm_up_(of.warm_up)
        , in_flight_(of.in_flight)
        , message_(of.size)
        , check_(of.size, of.warm_up + of.messages) {
        if (warm_up_ == 0) start_clock();
    }

    // At most so many may be sent now.
    std::uint64_t room() const {
        const std::uint64_t window = in_flight_ - (sent_ - check_.count());
        return std::min(window, check_.total() - sent_);
    }
    // The next message; valid until the next call. It counts as sent with sent().
    std::string_view next() { return message_.with(sent_); }
    void sent() { ++sent_; }

    void arrived(std::string_view echo) {
        check_.arrived(echo);
        if (check_.count() == warm_up_ && from_ns_ == 0) start_clock();
        if (done()) stop_clock();
    }
    // Of a server that answers nothing: it has the messages up to this one, counted from 1.
    void confirmed(std::uint64_t through) {
        while (check_.count() < through && !done())
            arrived(message_.with(check_.count()));
    }
    std::uint64_t count() const { return check_.count(); } // of different echoes
    bool done() const { return check_.count() == check_.total(); }

    boost::json::object report();

  private:
    void start_clock() {
        from_ns_ = now_ns();
        cpu_from_ns_ = cpu_ns();
    }
    void stop_clock() {
        if (until_ns_ != 0) return;
        until_ns_ = now_ns();
        cpu_until_ns_ = cpu_ns();
    }

    std::uint64_t warm_up_;
    std::uint64_t in_flight_;
    std::uint64_t sent_ = 0;
    numbered_message message_;
    echo_check check_;
    std::int64_t from_ns_ = 0;
    std::int64_t until_ns_ = 0;
    std::int64_t cpu_from_ns_ = 0;
    std::int64_t cpu_until_ns_ = 0;
};

} // namespace bench
