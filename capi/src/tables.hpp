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
class shared_options {
  public:
    explicit shared_options(hub::option_scope scope)
        : value_(scope) {}

    template<class Change>
    void change(Change change) {
        const std::lock_guard guard(mutex_);
        made_.reset();
        change(value_);
    }
    hub::options copy() {
        const std::lock_guard guard(mutex_);
        return value_;
    }
    // One object for all links that are opened with the same options.
    std::shared_ptr<const hub::link_settings> settings() {
        const std::lock_guard guard(mutex_);
        if (!made_)
            made_ = std::make_shared<const hub::link_settings>(hub::make_link_settings(value_));
        return made_;
    }

  private:
    std::mutex mutex_; // of all
    hub::options value_;
    std::shared_ptr<const hub::link_settings> made_;
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
