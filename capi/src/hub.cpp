#include "hub/hub.hpp"

#include "hub/settings.hpp"
#include "polling.hpp"
#include "tables.hpp"

using namespace resock;
using namespace resock::capi;

int32_t resock_hub_create(resock_options* options, resock_hub** out_hub, char** out_error) {
    return guard(
        [&] {
            auto& out = cleared(out_hub, "out_hub");
            std::optional<hub::options> given;
            if (options) given = pin(options)->copy();
            const auto settings = hub::make_hub_settings(given ? &*given : nullptr);
            out = to_handle<resock_hub>(all_hubs.insert(std::make_shared<hub::hub>(settings)));
        },
        out_error);
}

int32_t resock_hub_poll(resock_hub* hub, uint32_t timeout_ms, size_t capacity,
                        resock_event** out_events, size_t* out_count) {
    return guard([&] {
        poll_into(capacity, out_events, out_count,
                  [&](std::span<hub::event_ptr> into) { return pin(hub)->poll(timeout_ms, into); });
    });
}

int32_t resock_hub_poll_packed(resock_hub* hub, uint32_t timeout_ms, size_t capacity,
                               void* out_buffer, size_t* out_bytes) {
    return guard([&] {
        auto& bytes = cleared(out_bytes, "out_bytes");
        if (capacity > 0) required(out_buffer, "out_buffer");
        const auto pinned = pin(hub);
        std::size_t needed = 0;
        try {
            bytes =
                pinned->poll_packed(timeout_ms, {static_cast<char*>(out_buffer), capacity}, needed);
        } catch (const error&) {
            bytes = needed;
            throw;
        }
    });
}

int32_t resock_hub_fd(resock_hub* hub, int32_t* out_fd) {
    return guard([&] {
        *required(out_fd, "out_fd") = -1;
        *out_fd = pin(hub)->fd();
    });
}

int32_t resock_hub_wake(resock_hub* hub) {
    return guard([&] { pin(hub)->wake(); });
}

int32_t resock_hub_dispatch(resock_hub* hub, resock_event_callback callback, void* user) {
    return guard([&] {
        const auto pinned = pin(hub);
        if (!callback) throw error(status::invalid, "callback is NULL; it is needed");
        pinned->dispatch([callback, user](hub::event_ptr event) {
            callback(to_handle(std::move(event)), user);
        });
    });
}

void resock_hub_free(resock_hub* hub) {
    if (!hub) return;
    guard([&] {
        const auto removed = all_hubs.remove(to_key(hub));
        if (!removed) throw_handle(hub, "resock_hub");
        removed->close();
    });
}
