/// @file
/// Options and links of resock.hpp, which includes this.
#pragma once

#include <utility>
#include <vector>

#include <resock/event.hpp>

namespace resock {
inline namespace v1 {

/// A time-out that never ends.
inline constexpr std::chrono::milliseconds forever = std::chrono::milliseconds::max();

namespace detail {

template<class Handle, void (*Free)(Handle*)>
struct freed_with {
    void operator()(Handle* handle) const noexcept { Free(handle); }
};
template<class Handle, void (*Free)(Handle*)>
using owned = std::unique_ptr<Handle, freed_with<Handle, Free>>;

inline std::uint32_t timeout_ms(std::chrono::milliseconds timeout) {
    if (timeout.count() <= 0) return 0;
    if (timeout.count() >= static_cast<std::int64_t>(RESOCK_FOREVER)) return RESOCK_FOREVER;
    return static_cast<std::uint32_t>(timeout.count());
}

inline std::optional<event> first(resock_event* taken, std::size_t count) {
    return count == 0 ? std::nullopt : std::optional<event>(std::in_place, taken);
}

template<class Poll>
std::vector<event> many(std::size_t most, Poll poll) {
    std::vector<resock_event*> taken(most);
    std::vector<event> made;
    made.reserve(most); // before there is anything to lose
    std::size_t count = 0;
    check(poll(taken.data(), &count));
    for (std::size_t i = 0; i < count; ++i)
        made.emplace_back(taken[i]);
    return made;
}

} // namespace detail

/// What `what` means, as JSON (resock_explain); throws error(status::invalid) where it is unknown.
inline std::string explain(const std::string& what) {
    return detail::text_of(
        [&](char** out) { return resock_explain(detail::c_text(what, "what"), out); });
}
/// Everything that can be explained.
inline std::string explain_all() {
    return detail::text_of([](char** out) { return resock_explain(nullptr, out); });
}

/// The versions of the library and of what is in it, as JSON (resock_version_json).
inline std::string version_json() {
    return detail::text_of([](char** out) { return resock_version_json(out); });
}

/// A set of options; name, scope and bounds are checked when set, combinations when used.
class options {
  public:
    /// An empty set for a hub, a link (the default) or a listener.
    explicit options(scope of = scope::link) {
        detail::check_abi();
        resock_options* made = nullptr;
        detail::check(resock_options_create(static_cast<std::uint32_t>(of), &made));
        options_.reset(made);
    }

    /// Sets one; a repeatable one gains a value. See options.md for names and values.
    options& set(const std::string& name, const std::string& value) {
        detail::check(resock_options_set(get(), detail::c_text(name, "an option's name"),
                                         detail::c_text(value, name.c_str()), nullptr));
        return *this;
    }
    /// Sets one whose value is bytes: session.position.
    options& set_bytes(const std::string& name, std::string_view bytes) {
        detail::check(resock_options_set_bytes(get(), detail::c_text(name, "an option's name"),
                                               bytes.data(), bytes.size(), nullptr));
        return *this;
    }
    /// The value that was set, else the default; secrets are masked.
    std::string get(const std::string& name) const {
        return detail::text_of([&](char** out) {
            return resock_options_get(get(), detail::c_text(name, "an option's name"), out);
        });
    }
    /// The options of its scope as JSON, with the values that were set.
    std::string describe() const {
        return detail::text_of([&](char** out) { return resock_options_describe(get(), out); });
    }
    /// The options of all scopes, as JSON.
    static std::string describe_all() {
        return detail::text_of([](char** out) { return resock_options_describe(nullptr, out); });
    }

    /// For functions of resock.h; stays owned.
    resock_options* get() const noexcept { return options_.get(); }

  private:
    detail::owned<resock_options, resock_options_free> options_;
};

/// One logical connection that outlives its sockets. Destroyed before its CLOSED was polled, it
/// aborts: what was not confirmed ends without an event.
class link {
  public:
    /// Holds none.
    link() = default;
    /// Takes over what a function of resock.h gave.
    explicit link(resock_link* owned) noexcept
        : link_(owned) {}

    /// Accepts a text message, which must be UTF-8, and gives its id. Extra flags:
    /// RESOCK_SEND_UNKEPT, RESOCK_SEND_FLUSH. A ttl of 0 is the option message.ttl.
    std::uint64_t send(std::string_view text, std::uint32_t flags = 0,
                       std::chrono::milliseconds ttl = {}) {
        return send_binary(text, flags | RESOCK_SEND_TEXT, ttl);
    }
    /// As send(), for bytes of any kind.
    std::uint64_t send_binary(std::string_view bytes, std::uint32_t flags = 0,
                              std::chrono::milliseconds ttl = {}) {
        std::uint64_t id = 0;
        detail::check(resock_link_send(get(), bytes.data(), bytes.size(), flags,
                                       detail::timeout_ms(ttl), &id));
        return id;
    }
    /// The application has learnt that the peer has this message, or all up to it.
    void confirm(std::uint64_t id, bool through = false) {
        detail::check(resock_link_confirm(get(), id, through ? 1 : 0));
    }
    /// In a session: the application is done with the MESSAGE of that event::id().
    void done(std::uint64_t number) { detail::check(resock_link_done(get(), number)); }
    /// Asks the client of a session for a fresh token; a REQUEST brings it.
    void ask_token(std::chrono::milliseconds deadline) {
        detail::check(resock_link_ask_token(get(), detail::timeout_ms(deadline)));
    }
    /// Waits until everything accepted so far has reached that level or has failed. False where
    /// the time ended first.
    bool flush(std::chrono::milliseconds timeout = forever, level to = level::received) {
        const std::int32_t returned =
            resock_link_flush(get(), static_cast<std::uint32_t>(to), detail::timeout_ms(timeout));
        if (returned == RESOCK_TIMEOUT) return false;
        detail::check(returned);
        return true;
    }
    /// The next event of this link. Empty at the time limit or after hub::wake().
    std::optional<event> poll(std::chrono::milliseconds timeout = forever) {
        resock_event* taken = nullptr;
        std::size_t count = 0;
        detail::check(resock_link_poll(get(), detail::timeout_ms(timeout), 1, &taken, &count));
        return detail::first(taken, count);
    }
    /// As poll(), up to `most` of them.
    std::vector<event> poll_many(std::chrono::milliseconds timeout, std::size_t most = 256) {
        return detail::many(most, [&](resock_event** out, std::size_t* count) {
            return resock_link_poll(get(), detail::timeout_ms(timeout), most, out, count);
        });
    }
    /// Changes one option; options.md says which are changeable.
    void set(const std::string& name, const std::string& value) {
        detail::check(resock_link_set(get(), detail::c_text(name, "an option's name"),
                                      detail::c_text(value, name.c_str()), nullptr));
    }
    /// Ends the wait for the next attempt, or revives a stopped link.
    void retry_now() { detail::check(resock_link_retry_now(get())); }
    /// While on, messages that arrive wait, and in the end the peer.
    void hold(bool on) { detail::check(resock_link_hold(get(), on ? 1 : 0)); }
    /// With greeting.hold: the greeting was answered, kept messages may go.
    void ready() { detail::check(resock_link_ready(get())); }

    /// Where it stands.
    link_state state() const {
        std::uint32_t now = 0;
        detail::check(resock_link_state(get(), &now));
        return static_cast<link_state>(now);
    }
    /// One number.
    std::uint64_t stats(stat which) const {
        std::uint64_t value = 0;
        detail::check(resock_link_stats(get(), static_cast<std::uint32_t>(which), &value));
        return value;
    }
    /// All numbers and the state, as JSON.
    std::string stats_json() const {
        return detail::text_of([&](char** out) { return resock_link_stats_json(get(), out); });
    }
    /// The records of the last 64 disconnects and failed attempts, as JSON.
    std::string history_json() const {
        return detail::text_of([&](char** out) { return resock_link_history_json(get(), out); });
    }
    /// Its number in the hub, never used again; event::link_id() gives the same.
    std::uint64_t id() const {
        std::uint64_t value = 0;
        detail::check(resock_link_id(get(), &value));
        return value;
    }
    /// Changes the number that stands in its events from now on.
    void set_user(std::uint64_t user) { detail::check(resock_link_set_user(get(), user)); }

    /// Sets a message that is sent first on every connection; the same key replaces it.
    void greeting_set(std::string_view key, std::string_view data, bool text = true) {
        const std::uint32_t flags = text ? std::uint32_t{RESOCK_SEND_TEXT} : 0;
        detail::check(resock_link_greeting_set(get(), key.data(), key.size(), data.data(),
                                               data.size(), flags));
    }
    /// Removes one: it is not sent on later connections.
    void greeting_remove(std::string_view key) {
        detail::check(resock_link_greeting_remove(get(), key.data(), key.size()));
    }
    /// Answers CREDENTIALS with url, http.header, session.token or several; 0: unasked.
    void credentials(std::uint64_t request_id, const options& given) {
        detail::check(resock_link_credentials(get(), request_id, given.get()));
    }
    /// Answers CREDENTIALS: there are none to be had.
    void no_credentials(std::uint64_t request_id) {
        detail::check(resock_link_credentials(get(), request_id, nullptr));
    }
    /// Returns at once; CLOSED follows when everything is confirmed, or after close.timeout.
    void close(unsigned code = 1000, std::string_view reason = {}) {
        detail::check(resock_link_close(get(), code, reason.data(), reason.size()));
    }

    /// Frees it.
    void reset() noexcept { link_.reset(); }
    /// For functions of resock.h; stays owned.
    resock_link* get() const noexcept { return link_.get(); }

  private:
    detail::owned<resock_link, resock_link_free> link_;
};

} // namespace v1
} // namespace resock
