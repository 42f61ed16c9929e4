/// @file
/// The accepting side of resock.hpp, which includes this.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <resock/link.hpp>

namespace resock {
inline namespace v1 {

/// The accepting side: each connection becomes a link.
///
///     resock::listener door = hub.listen("ws://127.0.0.1:8080");
///     std::map<std::uint64_t, resock::link> links;
///     while (auto event = hub.poll()) {
///         switch (event->kind()) {
///         case resock::event_kind::accepted:
///             links.emplace(event->link_id(), resock::take_link(*event));
///             break;
///         case resock::event_kind::message:
///             links.at(event->link_id()).send(event->data());
///             break;
///         case resock::event_kind::closed:
///             links.erase(event->link_id());
///             break;
///         }
///     }
class listener {
  public:
    /// Holds none.
    listener() = default;
    /// Takes over what a function of resock.h gave.
    explicit listener(resock_listener* owned) noexcept
        : listener_(owned) {}

    /// Where it listens, with the port that the system chose: "ws://127.0.0.1:41234".
    std::string address(std::size_t index = 0) const {
        return detail::text_of(
            [&](char** out) { return resock_listener_address(get(), index, out); });
    }
    /// Answers REQUEST `request_id` with 101; one about the token of a session (event::link_id() is
    /// not 0) gives a link that holds none.
    link accept(std::uint64_t request_id, std::uint64_t user = 0) {
        return accept_with(request_id, nullptr, user);
    }
    /// Likewise, with options of scope::listener that replace those of the listener.
    link accept(std::uint64_t request_id, const options& of_link, std::uint64_t user = 0) {
        return accept_with(request_id, of_link.get(), user);
    }
    /// Answers with a status of 300 to 599. `fields`: "Name: value", one a line.
    void refuse(std::uint64_t request_id, unsigned status, const std::string& fields = {},
                std::string_view body = {}) {
        detail::check(resock_listener_refuse(
            get(), request_id, status, detail::c_text(fields, "fields"), body.data(), body.size()));
    }
    /// Accepts no more and closes the links, which are cut after that time. CLOSED follows.
    void drain(std::chrono::milliseconds timeout, unsigned code = 1001) {
        detail::check(resock_listener_drain(get(), code, detail::timeout_ms(timeout)));
    }
    /// Likewise, and asks sessions to go to that url. Flags: RESOCK_DRAIN_FINISH.
    void drain_to(std::chrono::milliseconds timeout, const std::string& url,
                  std::uint32_t flags = 0, unsigned code = 1001) {
        detail::check(resock_listener_drain_to(get(), code, detail::timeout_ms(timeout),
                                               detail::c_text(url, "url"), flags));
    }
    /// Accepts no more; the links stay. CLOSED follows the end of the last.
    void close() { detail::check(resock_listener_close(get())); }
    /// Reads certificate and key again; throws what is wrong with them.
    void reload() { detail::check(resock_listener_reload(get(), nullptr)); }

    /// Numbers, as JSON.
    std::string stats_json() const {
        return detail::text_of([&](char** out) { return resock_listener_stats_json(get(), out); });
    }
    /// The last 64 connections that did not become links, as JSON.
    std::string history_json() const {
        return detail::text_of(
            [&](char** out) { return resock_listener_history_json(get(), out); });
    }
    /// Its number in the hub, never used again; event::listener_id() gives the same.
    std::uint64_t id() const {
        std::uint64_t value = 0;
        detail::check(resock_listener_id(get(), &value));
        return value;
    }
    /// The number in its events and in those of links that it accepts by the options alone.
    void set_user(std::uint64_t user) { detail::check(resock_listener_set_user(get(), user)); }

    /// Frees it.
    void reset() noexcept { listener_.reset(); }
    /// For functions of resock.h; stays owned.
    resock_listener* get() const noexcept { return listener_.get(); }

  private:
    link accept_with(std::uint64_t request_id, resock_options* of_link, std::uint64_t user) {
        resock_link* made = nullptr;
        detail::check(resock_listener_accept(get(), request_id, of_link, user, &made));
        return link(made);
    }

    detail::owned<resock_listener, resock_listener_free> listener_;
};

/// The link of an ACCEPTED; holds none for any other event, and where listener::accept gave it.
inline link take_link(event& accepted) {
    return link(resock_event_take_link(accepted.get()));
}

} // namespace v1
} // namespace resock
