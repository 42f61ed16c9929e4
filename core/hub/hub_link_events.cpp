// Events of a link on their way to the thread that polls.

#include <utility>

#include "hub/hub.hpp"
#include "hub/hub_link.hpp"
#include "hub/packed.hpp"

namespace resock::hub {

void hub_link::hold(bool on) {
    check_not_freed();
    bool waiting = false;
    {
        const lock guard(events_mutex_);
        events_.hold(on);
        waiting = !events_.empty();
    }
    if (!on && waiting) hub_->ready(shared_from_this());
}

bool hub_link::told_all() const {
    const lock guard(events_mutex_);
    return events_.ended();
}

bool hub_link::has_events() const {
    const lock guard(events_mutex_);
    return !events_.empty();
}

std::size_t hub_link::take(std::span<event_ptr> out) {
    budget freed;
    lock guard(events_mutex_);
    const std::size_t count = events_.pop_many(out, freed);
    std::uint64_t opened = 0;
    for (std::size_t i = 0; i < count; ++i)
        if (out[i]->kind == event_kind::open) opened = out[i]->id();
    const bool last = count > 0 && events_.ended();
    after_take(guard, freed, opened);
    if (last) ended();
    return count;
}

std::size_t hub_link::take_packed(std::span<char> out, std::size_t& needed) {
    budget freed;
    std::uint64_t opened = 0;
    std::size_t used = 0;
    lock guard(events_mutex_);
    while (const event* next = events_.front()) {
        const std::size_t size = packed_size(*next);
        if (size > out.size() - used) {
            needed = size;
            break;
        }
        write_packed(*next, out.subspan(used, size));
        used += size;
        if (next->kind == event_kind::open) opened = next->id();
        events_.pop(freed);
    }
    const bool last = used > 0 && events_.ended();
    after_take(guard, freed, opened);
    if (last) ended();
    return used;
}

// CLOSED was taken.
void hub_link::ended() {
    leave_listener();
    hub_->notify();
}

// Room in the queue lets the socket be read again; polled failures give their budget back.
void hub_link::after_take(lock& events, const budget& freed, std::uint64_t opened) {
    account_events(events);
    const bool resume = paused_ && may_resume(events);
    if (resume) paused_ = false;
    events.unlock();
    if (freed.messages == 0 && opened == 0 && !resume) return;
    lock guard(mutex_);
    used_.messages -= freed.messages;
    used_.bytes -= freed.bytes;
    account_queue(guard);
    if (opened != 0) opened_seen_ = opened;
    if (waiting_ > 0) {
        changed_.notify_all();
        hub_->io().interrupt(); // driven: it may wait for the sockets
    }
    const bool writable_due = refused_ && freed.messages > 0;
    guard.unlock();
    if (resume || writable_due)
        hub_->io().run(worker_, [weak = weak_from_this(), resume] {
            const auto self = weak.lock();
            if (!self) return;
            self->driver_->begin_burst();
            if (resume) self->driver_->set_reading(true);
            self->driver_->end_burst();
        });
}

} // namespace resock::hub
