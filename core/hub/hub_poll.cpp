// Events of all links of a hub on their way to the application: waiting and taking.

#include <algorithm>
#include <utility>

#include "hub/flag_guard.hpp"
#include "hub/hub.hpp"
#include "hub/packed.hpp"

namespace resock::hub {

namespace {

// Events taken from one link before the next has its turn.
constexpr std::size_t share = 256;
// Of so many calls one serves links before what listeners have to tell.
constexpr unsigned takes_between_links = 8;
// Driven: after so many events (bytes of records) that were found waiting the I/O has its turn too:
// what was sent meanwhile is on its way while the rest is still being worked on.
constexpr std::size_t events_between_drives = 256;
constexpr std::size_t bytes_between_drives = 32u << 10;
// Or after so many polls: who works long on each event has answers that wait.
constexpr std::size_t polls_between_drives = 4;

} // namespace

// Null also where the next link is a new one whose ACCEPTED was not told so far: that comes first.
std::shared_ptr<hub_link> hub::next_ready(const lock& guard, bool& more) {
    if (ready_.empty() || !ready_.front()->announced) return nullptr;
    auto next = std::move(ready_.front());
    ready_.pop_front();
    next->in_ready = false;
    more = !ready_.empty();
    unsignal(guard);
    return next;
}

event_ptr hub::pop_control(const lock&) {
    event_ptr next = control_.pop();
    if (next->kind != event_kind::accepted) return next;
    if (const auto link = links_.find(next->link_id); link != links_.end())
        link->second->announced = true;
    return next;
}

std::size_t hub::take_control(const lock& guard, std::span<event_ptr> out) {
    std::size_t count = 0;
    while (count < out.size() && !control_.empty())
        out[count++] = pop_control(guard);
    unsignal(guard);
    return count;
}

std::size_t hub::take(std::span<event_ptr> out) {
    // Now and then links come first: a flood of openings must not keep them waiting.
    const bool links_first = ++takes_ % takes_between_links == 0;
    std::size_t count = 0;
    bool more = true;
    while (more && count < out.size()) {
        std::shared_ptr<hub_link> from;
        {
            const lock guard(mutex_);
            if (!links_first && count == 0) count = take_control(guard, out);
            if (count < out.size()) from = next_ready(guard, more);
        }
        if (!from) break;
        const auto room = out.subspan(count, std::min(share, out.size() - count));
        const std::size_t taken = from->take(room);
        count += taken;
        // What comes after a queue was empty makes its link ready anew.
        if (taken == room.size() && from->has_events()) ready(from);
        if (count >= share) break;
    }
    if (count > 0 || !links_first) return count;
    const lock guard(mutex_);
    return take_control(guard, out);
}

// Returns false where the next record does not fit.
bool hub::take_control_packed(std::span<char> out, std::size_t& used, std::size_t& needed) {
    const lock guard(mutex_);
    while (const event* next = control_.front()) {
        const std::size_t size = packed_size(*next);
        if (size > out.size() - used) {
            needed = size;
            return false;
        }
        write_packed(*next, out.subspan(used, size));
        used += size;
        const event_ptr told = pop_control(guard);
        if (accepted_info* accepted = told->accepted()) accepted->link.take(); // the reader's now
    }
    unsignal(guard);
    return true;
}

std::size_t hub::take_packed(std::span<char> out, std::size_t& needed) {
    std::size_t used = 0;
    needed = 0;
    if (!take_control_packed(out, used, needed)) return used;
    bool more = true;
    while (more && needed == 0) {
        std::shared_ptr<hub_link> from;
        {
            const lock guard(mutex_);
            from = next_ready(guard, more);
        }
        if (!from) break;
        used += from->take_packed(out.subspan(used), needed);
        if (from->has_events()) ready(from);
    }
    return used;
}

// Ends when there may be something to take, at wake(), close() or the deadline.
void hub::wait(wall_clock::time_point deadline, hub_link* only) {
    if (engine_.driven()) {
        const auto right = engine_.try_drive();
        if (!right)
            throw error(status::busy, "another thread drives this hub (io.threads=0): one of "
                                      "poll, flush or a waiting send at a time");
        const auto idle = [&] {
            const lock guard(mutex_);
            if (woken_ || closed_) return false;
            return only ? !only->has_events() && !only->freed() && !only->told_all()
                        : has_nothing(guard);
        };
        const auto over = [&] {
            return deadline != wall_clock::time_point::max() && wall_clock::now() >= deadline;
        };
        if (over()) return engine_.drive_ready();
        // No more than what leads to an event: each look at the sockets costs a system call.
        while (idle()) {
            engine_.drive_one(deadline);
            if (over()) return;
        }
        return;
    }
    lock guard(mutex_);
    const auto due = [&] {
        if (woken_ || closed_) return true;
        return only ? only->has_events() || only->freed() || only->told_all() : !has_nothing(guard);
    };
    if (deadline == wall_clock::time_point::max())
        changed_.wait(guard, due);
    else
        changed_.wait_until(guard, deadline, due);
}

template<class Take>
std::size_t hub::poll_with(std::uint32_t timeout_ms, std::atomic_flag& polling, hub_link* only,
                           std::size_t drive_after, Take take) {
    if (dispatching_)
        throw error(status::busy, "a dispatcher takes the events of this hub; poll and dispatch "
                                  "exclude each other");
    const flag_guard one_at_a_time(polling);
    return poll_until(timeout_ms, only, drive_after, take);
}

template<class Take>
std::size_t hub::poll_until(std::uint32_t timeout_ms, hub_link* only, std::size_t drive_after,
                            Take take) {
    const auto deadline = deadline_of(timeout_ms);
    if (engine_.driven() && taken_ >= drive_after) {
        taken_ = 0;
        if (const auto right = engine_.try_drive()) engine_.drive_ready();
    }
    for (;;) {
        if (const std::size_t count = take(); count > 0) {
            taken_ += std::max(count, drive_after / polls_between_drives);
            return count;
        }
        {
            const lock guard(mutex_);
            check_open(guard);
            if (only) only->check_not_freed();
            if (std::exchange(woken_, false)) {
                unsignal(guard);
                return 0;
            }
        }
        if (only && only->told_all())
            throw error(status::closed, "the link has ended; CLOSED was its last event");
        if (timeout_ms == 0 && !engine_.driven()) return 0; // a wait would cost a turn of the timer
        if (timeout_ms != forever_ms && timeout_ms > 0 && wall_clock::now() >= deadline) return 0;
        wait(deadline, only);
        taken_ = 0;
        if (timeout_ms == 0) return take();
    }
}

std::size_t hub::poll(std::uint32_t timeout_ms, std::span<event_ptr> out) {
    return poll_with(timeout_ms, polling_, nullptr, events_between_drives,
                     [&] { return take(out); });
}

std::size_t hub::poll(hub_link& from, std::uint32_t timeout_ms, std::span<event_ptr> out) {
    return poll_with(timeout_ms, from.polling, &from, events_between_drives,
                     [&] { return from.take(out); });
}

std::size_t hub::poll_packed(std::uint32_t timeout_ms, std::span<char> out, std::size_t& needed) {
    return poll_with(timeout_ms, polling_, nullptr, bytes_between_drives, [&] {
        const std::size_t used = take_packed(out, needed);
        if (used == 0 && needed > 0)
            throw error(status::too_small, "the next record needs " + std::to_string(needed) +
                                               " bytes, the buffer "
                                               "has " +
                                               std::to_string(out.size()) + "; nothing was taken");
        return used;
    });
}

void hub::run_dispatcher(const std::function<void(event_ptr)>& callback) {
    dispatcher_id_ = std::this_thread::get_id();
    std::array<event_ptr, 64> events;
    for (;;) {
        std::size_t count = 0;
        try {
            count = poll_until(forever_ms, nullptr, events_between_drives,
                               [&] { return take(events); });
        } catch (const error&) {
            return; // closed
        }
        for (std::size_t i = 0; i < count; ++i) {
            callback(std::move(events[i]));
            const lock guard(mutex_);
            if (closed_) return; // by this callback or meanwhile: no event after close()
        }
    }
}

} // namespace resock::hub
