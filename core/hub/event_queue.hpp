// The events of one link that wait to be polled. A plain value: the caller locks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/deque.hpp"
#include "hub/event.hpp"

namespace resock::hub {

// OPEN, DOWN and LOST events kept, each; older ones are counted in `skipped` of the next.
inline constexpr std::size_t max_kept_changes = 64;
// FAILED ranges that cannot be joined above which failures_full() is true.
inline constexpr std::size_t max_failed_ranges = 65536;

struct event_limits { // events.bytes, events.messages
    std::uint64_t bytes = 8u << 20;
    std::uint64_t messages = 10000;
};

// Budget of a link's send queue that comes back because its FAILED were polled.
struct budget {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
};

// Order: as pushed, with these exceptions. A later CONFIRMED of a level takes the place of the
// earlier one *and stands at the end*. A FAILED that adjoins a waiting range of the same reason
// joins it *where that stands*. So a FAILED only ever moves ahead of a CONFIRMED, never behind:
// whoever sees CONFIRMED n has seen every FAILED up to n that was made before it. CLOSED is last.
//
// Memory: messages up to the limits (and those pushed before the caller minded full()), at most
// 4 CONFIRMED, 1 WRITABLE, 1 CREDENTIALS, 64 OPEN, 64 DOWN, 64 LOST, 1 CLOSED, and FAILED ranges,
// each of which holds budget of the send queue until it is polled (or see failures_full()).
class event_queue {
  public:
    event_queue() = default;
    explicit event_queue(event_limits limits)
        : limits_(limits) {}
    event_queue(event_queue&&) = default;
    event_queue& operator=(event_queue&&) = default;

    // Returns true where the queue was empty before: the poller is to be woken. What comes after
    // CLOSED was polled is thrown away.
    bool push(event_ptr);
    // The next event to be popped, null where there is none; valid until push() or pop().
    const event* front() const;
    // Null where there is none. Adds to `freed` what a FAILED held.
    event_ptr pop(budget& freed);
    // Fills the front of `out`, returns how many.
    std::size_t pop_many(std::span<event_ptr> out, budget& freed);

    // While held, messages and CLOSED wait: only what stands between them can be popped.
    void hold(bool on) { held_ = on; }
    // Nothing can be popped now.
    bool empty() const {
        if (held_) return control_.empty();
        return messages_.empty() && control_.empty() && !closed_;
    }
    std::size_t size() const { return messages_.size() + control_.size() + (closed_ ? 1 : 0); }
    // CLOSED was polled; nothing comes any more.
    bool ended() const { return ended_; }

    // Reading is to pause.
    bool full() const { return messages_.size() >= limits_.messages || bytes_ >= limits_.bytes; }
    // Half is free: reading may go on.
    bool resumable() const {
        return messages_.size() <= limits_.messages / 2 && bytes_ <= limits_.bytes / 2;
    }
    std::uint64_t message_bytes() const { return bytes_; }
    std::uint64_t messages() const { return messages_.size(); }
    // Too many scattered failures wait: send is to refuse rather than to drop more for room.
    bool failures_full() const { return failed_.size() >= max_failed_ranges; }
    void set_limits(event_limits limits) { limits_ = limits; }

  private:
    struct entry {
        std::uint64_t position;
        event_ptr what;
    };
    using place = std::list<entry>::iterator;
    // OPEN, DOWN or LOST events that wait.
    using changes = std::vector<place>; // few: an empty one holds nothing

    place append(event_ptr);
    void push_latest(std::optional<place>& slot, event_ptr);
    void push_change(changes&, event_ptr);
    static void drop_first(changes&);
    void push_failed(event_ptr);
    void push_any(event_ptr);
    bool message_is_next() const;
    event_ptr pop_message();
    event_ptr pop_control(budget& freed);

    event_limits limits_;
    std::uint64_t next_position_ = 0;
    deque<entry> messages_;
    std::uint64_t bytes_ = 0;
    std::list<entry> control_; // by position, but CLOSED
    // Where the one of its kind waits, if any.
    std::array<std::optional<place>, 5> confirmed_; // by level
    std::optional<place> writable_, credentials_;
    changes opens_, downs_, losts_;
    std::map<std::uint64_t, place> failed_; // by first id
    event_ptr closed_;
    bool ended_ = false;
    bool held_ = false;
};

} // namespace resock::hub
