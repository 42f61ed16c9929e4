// Events from the façade's owners into the caller's array.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>

#include "guard.hpp"
#include "hub/event.hpp"

namespace resock::capi {

// Events of one poll at most; one call takes no more from a link before the next has its turn.
inline constexpr std::size_t max_polled = 256;

inline resock_event* to_handle(hub::event_ptr event) {
    return reinterpret_cast<resock_event*>(event.release());
}

template<std::size_t Most, class Poll>
std::size_t poll_up_to(std::size_t capacity, resock_event** out_events, Poll poll) {
    // Raw, since most places of a poll stay empty: what is null need not be destroyed.
    alignas(hub::event_ptr) std::array<std::byte, Most * sizeof(hub::event_ptr)> room;
    auto* const taken = reinterpret_cast<hub::event_ptr*>(room.data());
    const std::span places(taken, std::min(Most, capacity));
    std::uninitialized_value_construct(places.begin(), places.end());
    std::size_t count = 0;
    try {
        count = poll(places);
    } catch (...) {
        std::destroy(places.begin(), places.end());
        throw;
    }
    for (std::size_t i = 0; i < count; ++i)
        out_events[i] = to_handle(std::move(taken[i]));
    return count;
}

// `poll` fills a span of event_ptr and returns how many.
template<class Poll>
void poll_into(std::size_t capacity, resock_event** out_events, std::size_t* out_count, Poll poll) {
    auto& count = cleared(out_count, "out_count");
    required(out_events, "out_events");
    if (capacity == 0)
        throw error(status::invalid, "capacity is 0; out_events needs room for 1 event at least");
    *out_events = nullptr;
    count = capacity == 1 ? poll_up_to<1>(capacity, out_events, poll)
                          : poll_up_to<max_polled>(capacity, out_events, poll);
}

} // namespace resock::capi
