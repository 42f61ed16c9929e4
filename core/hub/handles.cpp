#include "hub/handles.hpp"

#include <pthread.h>

namespace resock::hub {

namespace {

constinit std::atomic<std::uint64_t> epoch{0};

void raise_epoch() {
    epoch.fetch_add(1, std::memory_order_relaxed);
}

// When the library is loaded, so that no guard of a function's static can be held across a fork.
[[maybe_unused]] const int registered = pthread_atfork(nullptr, nullptr, raise_epoch);

} // namespace

std::uint64_t fork_epoch() {
    return epoch.load(std::memory_order_relaxed);
}

} // namespace resock::hub
