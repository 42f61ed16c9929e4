// The handles of this process: from the keys that callers hold to the objects behind them.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "guard.hpp"
#include "hub/handles.hpp"
#include "hub/hub.hpp"
#include "hub/hub_link.hpp"
#include "hub/listener.hpp"
#include "hub/options.hpp"

namespace resock::capi {

// Options with a lock, so that a handle may be used by several threads as all others may.
struct shared_options {
    explicit shared_options(hub::option_scope scope)
        : value(scope) {}
    std::mutex mutex; // of value
    hub::options value;

    hub::options copy() {
        const std::lock_guard guard(mutex);
        return value;
    }
};

extern constinit hub::handle_table<shared_options> all_options;
extern constinit hub::handle_table<hub::hub> all_hubs;
using hub::all_links;
extern constinit hub::handle_table<hub::listener> all_listeners;

template<class Handle>
Handle* to_handle(hub::handle_key key) {
    return reinterpret_cast<Handle*>(key);
}
inline hub::handle_key to_key(const void* handle) {
    return reinterpret_cast<hub::handle_key>(handle);
}

[[noreturn]] void throw_handle(const void* handle, const char* kind);

// The object, alive at least as long as the result. Throws error(status::handle), or
// error(status::forked) in the child of a fork.
inline std::shared_ptr<shared_options> pin(const resock_options* handle) {
    if (auto found = all_options.pin(to_key(handle))) return found;
    throw_handle(handle, "resock_options");
}
inline std::shared_ptr<hub::hub> pin(const resock_hub* handle) {
    if (auto found = all_hubs.pin(to_key(handle))) return found;
    throw_handle(handle, "resock_hub");
}
inline std::shared_ptr<hub::hub_link> pin(const resock_link* handle) {
    if (auto found = all_links.pin(to_key(handle))) return found;
    throw_handle(handle, "resock_link");
}

inline std::shared_ptr<hub::listener> pin(const resock_listener* handle) {
    if (auto found = all_listeners.pin(to_key(handle))) return found;
    throw_handle(handle, "resock_listener");
}

} // namespace resock::capi
