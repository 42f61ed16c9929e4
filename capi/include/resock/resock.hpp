/// @file
/// resock - a WebSocket that stays up and loses no message. C++17, header-only, over resock.h,
/// which explains what a link promises, threads, ownership and every call.
///
///     #include <iostream>
///     #include <resock/resock.hpp>
///
///     int main() {
///         resock::hub hub;
///         resock::link link = hub.open("wss://example.org/chat");
///         link.send("hello");
///         while (const auto event = hub.poll()) {
///             if (event->kind() == resock::event_kind::message) {
///                 std::cout << event->data() << '\n';
///                 link.close();
///             }
///             if (event->kind() == resock::event_kind::closed) break;
///         }
///     }
///
/// Functions throw resock::error, with the status and a sentence. hub, link, listener, options and
/// event own what they hold and are moved, not copied; they may be destroyed in any order. A
/// moved-from or reset one behaves as a freed handle: status::handle.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include <resock/link.hpp>
#include <resock/listener.hpp>

namespace resock {
inline namespace v1 {

/// I/O threads and what they have to tell.
class hub {
  public:
    /// With the default options.
    hub()
        : hub(nullptr) {}
    /// With options of scope::hub.
    explicit hub(const options& of_hub)
        : hub(of_hub.get()) {}
    /// Takes over the other one.
    hub(hub&&) noexcept = default;
    /// Frees its own and takes over the other one.
    hub& operator=(hub&& other) noexcept {
        reset(); // in its order
        hub_ = std::move(other.hub_);
        dispatcher_ = std::move(other.dispatcher_);
        return *this;
    }

    /// Makes a link and starts connecting. `user` stands in its events.
    link open(const options& of_link, std::uint64_t user = 0) {
        resock_link* made = nullptr;
        detail::check(resock_link_open(get(), of_link.get(), user, &made, nullptr));
        return link(made);
    }
    /// Likewise, with the default options.
    link open(const std::string& url, std::uint64_t user = 0) {
        options of_link;
        of_link.set("url", url);
        return open(of_link, user);
    }
    /// Listens, with options of scope::listener.
    listener listen(const options& of_listener) {
        resock_listener* made = nullptr;
        detail::check(resock_listener_open(get(), of_listener.get(), &made, nullptr));
        return listener(made);
    }
    /// Listens at that address, "ws://127.0.0.1:8080", with the default options.
    listener listen(const std::string& url) {
        options of_listener(scope::listener);
        of_listener.set("listen.url", url);
        return listen(of_listener);
    }
    /// The next event of any link. Empty at the time limit or after wake().
    std::optional<event> poll(std::chrono::milliseconds timeout = forever) {
        resock_event* taken = nullptr;
        std::size_t count = 0;
        detail::check(resock_hub_poll(get(), detail::timeout_ms(timeout), 1, &taken, &count));
        return detail::first(taken, count);
    }
    /// As poll(), up to `most` of them.
    std::vector<event> poll_many(std::chrono::milliseconds timeout, std::size_t most = 256) {
        return detail::many(most, [&](resock_event** out, std::size_t* count) {
            return resock_hub_poll(get(), detail::timeout_ms(timeout), most, out, count);
        });
    }
    /// A descriptor that is readable while poll() would find something; only wait for it.
    int fd() const {
        std::int32_t descriptor = -1;
        detail::check(resock_hub_fd(get(), &descriptor));
        return descriptor;
    }
    /// Ends the wait of the thread that polls.
    void wake() { detail::check(resock_hub_wake(get())); }
    /// Calls `callback` with every event, on a thread of the library. An exception that it lets
    /// out ends the program (std::terminate).
    void dispatch(std::function<void(event)> callback) {
        auto made = std::make_shared<dispatcher>();
        made->callback = std::move(callback);
        detail::check(resock_hub_dispatch(get(), &dispatcher::call, made.get()));
        dispatcher_ = std::move(made);
    }

    /// Frees it; nothing is called back any more.
    void reset() noexcept {
        hub_.reset();
        dispatcher_.reset();
    }
    /// For functions of resock.h; stays owned.
    resock_hub* get() const noexcept { return hub_.get(); }

  private:
    struct dispatcher : std::enable_shared_from_this<dispatcher> {
        std::function<void(event)> callback;

        static void call(resock_event* owned, void* user) noexcept {
            // A callback may destroy its hub, and with it this.
            const auto self = static_cast<dispatcher*>(user)->shared_from_this();
            self->callback(event(owned));
        }
    };

    explicit hub(resock_options* of_hub) {
        detail::check_abi();
        resock_hub* made = nullptr;
        detail::check(resock_hub_create(of_hub, &made, nullptr));
        hub_.reset(made);
    }

    std::shared_ptr<dispatcher> dispatcher_;
    detail::owned<resock_hub, resock_hub_free> hub_; // destroyed first
};

} // namespace v1
} // namespace resock
