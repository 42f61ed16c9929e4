/// @file
/// Events of resock.hpp, which includes this.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <resock/types.hpp>

namespace resock {
inline namespace v1 {

namespace detail {

inline void check(std::int32_t returned) {
    if (returned != RESOCK_OK) throw error(static_cast<status>(returned), resock_last_error());
}

// The library that was loaded must speak the language of the header that was compiled.
inline void check_abi() {
    if (resock_abi_version() == RESOCK_ABI_VERSION) return;
    throw error(status::not_supported,
                "this program was compiled for ABI " + std::to_string(RESOCK_ABI_VERSION) +
                    " of resock, and the library that was loaded (" + resock_version() +
                    ") has ABI " + std::to_string(resock_abi_version()) +
                    ": install the version that belongs together, or compile again");
}

// The text of a call that fills a `char** out_...`.
template<class Call>
std::string text_of(Call call) {
    char* out = nullptr;
    check(call(&out));
    const std::unique_ptr<char, void (*)(char*)> owned(out, resock_string_free);
    return std::string(out);
}

// Text with a NUL inside would be cut by C.
inline const char* c_text(const std::string& text, const char* what) {
    if (text.find('\0') != std::string::npos)
        throw error(status::invalid, std::string(what) + " holds a NUL character; remove it");
    return text.c_str();
}

inline std::string_view view(const char* text) {
    return text ? std::string_view(text) : std::string_view();
}

template<class Unit>
std::optional<Unit> known(std::uint64_t value) {
    if (value == RESOCK_UNKNOWN) return std::nullopt;
    return Unit(static_cast<typename Unit::rep>(value));
}

} // namespace detail

/// What happened; independent of the hub and the link that it is about. Accessors give 0 or empty
/// for an event of another kind; views are valid until the event is destroyed.
class event {
  public:
    using milliseconds = std::chrono::milliseconds; ///< of times
    using microseconds = std::chrono::microseconds; ///< of round trips

    /// Takes over what a function of resock.h gave.
    explicit event(resock_event* owned) noexcept
        : event_(owned) {}

    /// What kind it is; event_kind::none once moved from.
    event_kind kind() const { return static_cast<event_kind>(resock_event_kind(get())); }
    /// link::id() of the link that it is about; 0: about the hub or a listener.
    std::uint64_t link_id() const { return resock_event_link_id(get()); }
    /// The number given to hub::open, link::set_user and their like.
    std::uint64_t user() const { return resock_event_user(get()); }

    /// MESSAGE: its bytes.
    std::string_view data() const { return {resock_event_data(get()), resock_event_size(get())}; }
    /// MESSAGE: text, else binary.
    bool is_text() const { return (resock_event_flags(get()) & RESOCK_MESSAGE_TEXT) != 0; }
    /// MESSAGE of a session: it came before a restart of this process, which was not done with it.
    bool is_redelivered() const {
        return (resock_event_flags(get()) & RESOCK_MESSAGE_REDELIVERED) != 0;
    }
    /// MESSAGE of a session: its sender's ttl is over, by our clock.
    bool is_expired() const { return (resock_event_flags(get()) & RESOCK_MESSAGE_EXPIRED) != 0; }
    /// MESSAGE: the application is done with it. With session.done=auto its destruction says so.
    void done() { detail::check(resock_event_done(get())); }
    /// MESSAGE: the bytes that options::set_bytes("session.position") takes back.
    std::string position() const {
        std::string made(RESOCK_POSITION_CAPACITY, '\0');
        std::size_t size = 0;
        detail::check(resock_event_position(get(), made.data(), &size));
        made.resize(size);
        return made;
    }

    /// MESSAGE of a session: its number. CONFIRMED: the last message. FAILED: the first.
    /// CREDENTIALS, REQUEST: the request. ACCEPTED: the REQUEST that was answered. OPEN, DOWN,
    /// CLOSED: the connection, counted from 1.
    std::uint64_t id() const { return resock_event_id(get()); }
    /// FAILED: the last message of the range.
    std::uint64_t last_id() const { return resock_event_last_id(get()); }
    /// CONFIRMED: how far the messages have come.
    v1::level level() const {
        return kind() == event_kind::confirmed ? static_cast<v1::level>(resock_event_level(get()))
                                               : v1::level::none;
    }
    /// FAILED: why.
    fail_reason reason() const {
        return kind() == event_kind::failed ? static_cast<fail_reason>(resock_event_reason(get()))
                                            : fail_reason::none;
    }
    /// LOST: why.
    v1::lost_reason lost_reason() const {
        return kind() == event_kind::lost ? static_cast<v1::lost_reason>(resock_event_reason(get()))
                                          : v1::lost_reason::none;
    }
    /// LOST: a new session goes on (session.on_lost=new).
    bool begun_anew() const { return resock_event_begun_anew(get()) != 0; }

    /// LOG: its severity.
    v1::log_level log_level() const {
        return kind() == event_kind::log ? static_cast<v1::log_level>(resock_event_level(get()))
                                         : v1::log_level::none;
    }
    /// LOG, LOST: what happened.
    std::string_view text() const { return detail::view(resock_event_text(get())); }
    /// OPEN, DOWN, LOST, LOG: how many of its kind were dropped before it, because nobody polled.
    std::uint64_t skipped() const { return resock_event_skipped(get()); }

    /// OPEN, REQUEST: the peer's address, "192.0.2.1:443".
    std::string_view address() const { return detail::view(resock_event_address(get())); }
    /// OPEN, REQUEST: version and cipher of TLS, empty without TLS.
    std::string_view tls() const { return detail::view(resock_event_tls(get())); }
    /// OPEN: the subprotocol that was chosen, empty for none.
    std::string_view subprotocol() const { return detail::view(resock_event_subprotocol(get())); }
    /// OPEN: a session went on where it had stopped.
    bool resumed() const { return resock_event_resumed(get()) != 0; }
    /// OPEN: since the last connection ended, 0 for the first.
    milliseconds downtime() const {
        return milliseconds(static_cast<milliseconds::rep>(resock_event_downtime_ms(get())));
    }
    /// OPEN, DOWN, CLOSED, CREDENTIALS: attempts in a row; 0 for a first connection.
    std::uint64_t attempt() const { return resock_event_attempt(get()); }

    /// REQUEST, ACCEPTED, CLOSED of a listener: listener::id(); else 0.
    std::uint64_t listener_id() const { return resock_event_listener_id(get()); }
    /// REQUEST: the token that the client of a session sent; empty optional for none.
    std::optional<std::string_view> token() const {
        const char* sent = resock_event_token(get());
        if (sent == nullptr) return std::nullopt;
        return std::string_view(sent, resock_event_token_size(get()));
    }
    /// REQUEST: "GET".
    std::string_view method() const { return detail::view(resock_event_method(get())); }
    /// REQUEST: path and query as they came, "/chat?room=1".
    std::string_view target() const { return detail::view(resock_event_target(get())); }
    /// REQUEST: the value of the first field of that name, any case.
    std::optional<std::string_view> field(const std::string& name) const {
        const char* value = resock_event_field(get(), name.c_str());
        return value ? std::optional<std::string_view>(value) : std::nullopt;
    }
    /// REQUEST: names and values of all fields, in their order.
    std::vector<std::pair<std::string_view, std::string_view>> fields() const {
        std::vector<std::pair<std::string_view, std::string_view>> made;
        for (std::size_t i = 0; i < resock_event_field_count(get()); ++i)
            made.emplace_back(resock_event_field_name(get(), i),
                              resock_event_field_value(get(), i));
        return made;
    }

    /// DOWN: a connection ended; else an attempt failed.
    bool was_open() const { return resock_event_was_open(get()) != 0; }
    /// DOWN, CLOSED: what it is about.
    v1::layer layer() const { return static_cast<v1::layer>(resock_event_layer(get())); }
    /// DOWN, CLOSED: who caused it.
    v1::culprit culprit() const { return static_cast<v1::culprit>(resock_event_culprit(get())); }
    /// DOWN, CLOSED: what caused it; cause::none: see close_code() and http_status().
    v1::cause cause() const { return static_cast<v1::cause>(resock_event_cause(get())); }
    /// DOWN, CLOSED: what follows.
    v1::verdict verdict() const { return static_cast<v1::verdict>(resock_event_verdict(get())); }
    /// DOWN, CLOSED, CREDENTIALS: the close code, 0 for none.
    unsigned close_code() const { return resock_event_close_code(get()); }
    /// DOWN, CLOSED, CREDENTIALS: the status of a refused opening, 0 for none.
    unsigned http_status() const { return resock_event_http_status(get()); }
    /// DOWN, CLOSED: the peer's reason for closing, empty for none.
    std::string_view close_reason() const { return detail::view(resock_event_close_reason(get())); }
    /// DOWN, CLOSED: we sent the first Close frame.
    bool closed_by_us() const { return resock_event_closed_by_us(get()) != 0; }
    /// DOWN, CLOSED: errno, 0 for none.
    int system_error() const { return resock_event_errno(get()); }
    /// DOWN, CLOSED: errno or TLS error in words, empty for none.
    std::string_view detail() const { return detail::view(resock_event_detail(get())); }
    /// DOWN, CLOSED: the host (and port) that was meant.
    std::string_view host() const { return detail::view(resock_event_host(get())); }
    /// DOWN, CLOSED: what happened, what follows and what would help, in one sentence.
    std::string_view why() const { return detail::view(resock_event_why(get())); }
    /// DOWN, CLOSED: how long the connection was open.
    milliseconds up() const {
        return milliseconds(static_cast<milliseconds::rep>(resock_event_up_ms(get())));
    }
    /// DOWN, CLOSED: until the next attempt; empty: there is none.
    std::optional<milliseconds> delay() const {
        return detail::known<milliseconds>(resock_event_delay_ms(get()));
    }
    /// DOWN, CLOSED: the last round trip; empty: not measured.
    std::optional<microseconds> rtt() const {
        return detail::known<microseconds>(resock_event_rtt_us(get()));
    }
    /// DOWN, CLOSED: since the last byte was received; empty: not known.
    std::optional<milliseconds> silence() const {
        return detail::known<milliseconds>(resock_event_silence_ms(get()));
    }
    /// DOWN, CLOSED: the message that 1003, 1007 or 1009 is about.
    std::optional<std::uint64_t> message_id() const {
        const std::uint64_t id = resock_event_message_id(get());
        return id == RESOCK_UNKNOWN ? std::nullopt : std::optional(id);
    }
    /// DOWN, CLOSED: reconnect.attempts or reconnect.total are used up.
    bool limits_reached() const { return resock_event_limits_reached(get()) != 0; }

    /// The whole event as one line of JSON (resock_event_json).
    std::string json() const {
        return detail::text_of([this](char** out) { return resock_event_json(get(), out); });
    }

    /// For functions of resock.h; stays owned.
    const resock_event* get() const noexcept { return event_.get(); }
    /// For functions of resock.h; stays owned.
    resock_event* get() noexcept { return event_.get(); }
    /// Gives it away; the caller frees it.
    resock_event* release() noexcept { return event_.release(); }

  private:
    struct deleter {
        void operator()(resock_event* owned) const noexcept { resock_event_free(owned); }
    };
    std::unique_ptr<resock_event, deleter> event_;
};

} // namespace v1
} // namespace resock
