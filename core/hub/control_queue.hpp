// What a hub has to tell beside its links' own events: REQUEST, ACCEPTED and CLOSED of listeners,
// and LOG. A plain value: the caller locks.
#pragma once

#include <cstddef>
#include <deque>

#include "hub/event.hpp"

namespace resock::hub {

// LOG events kept of a hub.
inline constexpr std::size_t max_kept_logs = 1024;

// Listeners' events come out first, in their order, so that a link's ACCEPTED is seen before
// anything of the link itself. Their number is bounded by listen.connections. Of LOG events the
// latest are kept.
class control_queue {
  public:
    void push(event_ptr);
    const event* front() const; // null where there is none
    event_ptr pop();            // likewise
    bool empty() const { return listeners_.empty() && logs_.empty(); }
    std::size_t size() const { return listeners_.size() + logs_.size(); }
    // Takes out REQUEST `request_id` of a listener, which need not be answered any more.
    void withdraw(std::uint64_t listener_id, std::uint64_t request_id);

  private:
    void push_log(event_ptr);

    std::deque<event_ptr> listeners_;
    std::deque<event_ptr> logs_;
};

} // namespace resock::hub
