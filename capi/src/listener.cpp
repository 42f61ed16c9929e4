#include "hub/listener.hpp"

#include <algorithm>
#include <optional>

#include "hub/hub.hpp"
#include "hub/option_value.hpp"
#include "tables.hpp"

using namespace resock;
using namespace resock::capi;

namespace {

// "Name: value", one a line.
wire::fields fields_of(const char* lines) {
    wire::fields made;
    std::string_view rest = lines ? lines : "";
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) continue;
        hub::check_value(*hub::find_option("http.header"), "fields", line);
        made.push_back(hub::read_header(line));
    }
    return made;
}

std::shared_ptr<hub::listener> pin_alive(const resock_listener* listener) {
    auto pinned = pin(listener);
    pinned->check_not_freed();
    return pinned;
}

} // namespace

int32_t resock_listener_open(resock_hub* hub, resock_options* options,
                             resock_listener** out_listener, char** out_error) {
    return guard(
        [&] {
            auto& out = cleared(out_listener, "out_listener");
            const auto pinned = pin(hub);
            const auto opened = pinned->listen(pin(options)->copy());
            try {
                out = to_handle<resock_listener>(all_listeners.insert(opened));
            } catch (...) {
                pinned->release(opened);
                throw;
            }
        },
        out_error);
}

int32_t resock_listener_address(resock_listener* listener, size_t index, char** out_address) {
    return guard([&] {
        auto& out = cleared(out_address, "out_address");
        out = owned_text(pin_alive(listener)->address(index));
    });
}

int32_t resock_listener_accept(resock_listener* listener, uint64_t request_id,
                               resock_options* options, uint64_t user, resock_link** out_link) {
    return guard([&] {
        auto& out = cleared(out_link, "out_link");
        const auto pinned = pin_alive(listener);
        std::optional<hub::options> given;
        if (options) given = pin(options)->copy();
        const auto made = pinned->accept(request_id, given ? &*given : nullptr, user);
        if (!made) return; // it was about a token
        try {
            out = to_handle<resock_link>(all_links.insert(made));
        } catch (...) {
            pinned->owner()->release(made);
            throw;
        }
    });
}

int32_t resock_listener_refuse(resock_listener* listener, uint64_t request_id, uint32_t status,
                               const char* fields, const char* body, size_t body_size) {
    return guard([&] {
        const auto pinned = pin_alive(listener);
        const std::string_view text = bytes_of(body, body_size, "body");
        constexpr std::uint32_t largest = 1000; // refused by the same rule as any above 599
        pinned->refuse(request_id, static_cast<int>(std::min(status, largest)), fields_of(fields),
                       text);
    });
}

int32_t resock_listener_drain(resock_listener* listener, uint32_t code, uint32_t timeout_ms) {
    return resock_listener_drain_to(listener, code, timeout_ms, nullptr, 0);
}

int32_t resock_listener_drain_to(resock_listener* listener, uint32_t code, uint32_t timeout_ms,
                                 const char* url, uint32_t flags) {
    return guard([&] {
        const auto pinned = pin_alive(listener);
        check_flags(flags, RESOCK_DRAIN_FINISH);
        const duration within = timeout_ms == RESOCK_FOREVER
                                    ? unlimited_duration
                                    : duration(std::chrono::milliseconds(timeout_ms));
        constexpr std::uint32_t largest = UINT16_MAX;
        pinned->drain(static_cast<std::uint16_t>(std::min(code, largest)), within, url ? url : "",
                      (flags & RESOCK_DRAIN_FINISH) != 0);
    });
}

int32_t resock_listener_close(resock_listener* listener) {
    return guard([&] { pin_alive(listener)->close(); });
}

int32_t resock_listener_reload(resock_listener* listener, char** out_error) {
    return guard([&] { pin_alive(listener)->reload(); }, out_error);
}

int32_t resock_listener_stats_json(resock_listener* listener, char** out_json) {
    return guard([&] {
        auto& out = cleared(out_json, "out_json");
        out = owned_text(pin_alive(listener)->stats_json());
    });
}

int32_t resock_listener_history_json(resock_listener* listener, char** out_json) {
    return guard([&] {
        auto& out = cleared(out_json, "out_json");
        out = owned_text(pin_alive(listener)->history_json());
    });
}

int32_t resock_listener_id(resock_listener* listener, uint64_t* out_id) {
    return guard([&] {
        auto& out = cleared(out_id, "out_id");
        out = pin_alive(listener)->id();
    });
}

int32_t resock_listener_set_user(resock_listener* listener, uint64_t user) {
    return guard([&] { pin_alive(listener)->set_user(user); });
}

void resock_listener_free(resock_listener* listener) {
    if (!listener) return;
    guard([&] {
        const auto removed = all_listeners.remove(to_key(listener));
        if (!removed) throw_handle(listener, "resock_listener");
        removed->owner()->release(removed);
    });
}
