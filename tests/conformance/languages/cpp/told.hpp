// What a link tells, sorted into what the commands ask for.
#pragma once

#include <resock/resock.hpp>

#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace conformance {

class told {
  public:
    explicit told(resock::hub& hub)
        : hub_(hub) {}

    // The next OPEN, DOWN, CREDENTIALS, LOST or CLOSED, or the next MESSAGE. Empty: none comes.
    std::optional<resock::event> next_event() { return next(events_); }
    std::optional<resock::event> next_message() { return next(messages_); }
    void wait_until_writable();
    // The reason of the failure; empty: it has reached the level.
    std::optional<resock::fail_reason> outcome(std::uint64_t id, resock::level level);
    std::uint64_t request_id() const { return request_id_; }

  private:
    struct failed {
        std::uint64_t first, last;
        resock::fail_reason reason;
    };
    using queue = std::deque<resock::event>;

    bool pull(); // false: CLOSED has come
    void sort(resock::event event);
    std::optional<resock::event> next(queue& of);
    std::optional<resock::fail_reason> failure(std::uint64_t id) const;
    bool reached(std::uint64_t id, resock::level level) const;

    resock::hub& hub_;
    queue events_, messages_;
    std::map<resock::level, std::uint64_t> through_;
    std::vector<failed> failed_;
    std::uint64_t request_id_ = 0;
    bool writable_ = false, closed_ = false;
};

} // namespace conformance
