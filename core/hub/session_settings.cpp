#include "hub/session_settings.hpp"

#include <algorithm>
#include <chrono>

#include "base/error.hpp"
#include "base/units.hpp"
#include "hub/option_value.hpp"
#include "hub/settings.hpp"

namespace resock::hub {

namespace {

using text = std::string_view;

constexpr duration default_hold = std::chrono::seconds(60);
constexpr duration least_heartbeat = std::chrono::milliseconds(session::min_heartbeat_ms);
constexpr duration most_heartbeat = std::chrono::milliseconds(session::max_heartbeat_ms);

struct binding {
    text name;
    void (*apply)(link_settings&, text value);
};

std::uint32_t u32(std::uint64_t value) {
    return static_cast<std::uint32_t>(std::min(value, session::max_u32));
}
std::uint64_t whole_seconds(duration value) {
    return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(value).count());
}

constexpr binding bindings[] = {
    {"session.ttl",
     [](link_settings& s, text v) { s.machine.session.ttl_s = whole_seconds(read_duration(v)); }},
    {"session.window",
     [](link_settings& s, text v) { s.machine.session.window = u32(read_size(v)); }},
    {"session.max_frame",
     [](link_settings& s, text v) { s.machine.session.max_frame = u32(read_size(v)); }},
    {"session.done", [](link_settings& s, text v) { s.session.done_by_hand = v == "manual"; }},
    {"session.on_lost",
     [](link_settings& s, text v) {
         s.machine.on_lost = v == "new" ? link::on_lost::begin_anew : link::on_lost::close;
     }},
    // Whether it was set at all is finish_session()'s to see.
    {"session.position", [](link_settings&, text) {}},
    {"session.token", [](link_settings& s, text v) { s.machine.session.token = v; }},
    {"session.protocol", [](link_settings& s, text v) { s.machine.session.protocol = v; }},
    {"session.redirect_hosts",
     [](link_settings& s, text v) { s.machine.redirect_hosts = read_hosts(v); }},
    {"outbox.path", [](link_settings& s, text v) { s.session.outbox_path = v; }},
    {"outbox.sync",
     [](link_settings& s, text v) {
         s.session.sync = static_cast<outbox_sync>(read_word(*find_option("outbox.sync"), v));
     }},
};

void require(bool condition, const std::string& otherwise) {
    if (!condition) throw error(status::option, otherwise);
}

bool of_sessions_only(text name) {
    return name.starts_with("session.") || name.starts_with("outbox.");
}

// R8: the first window takes two frames.
void check_window(const session::options& made) {
    const std::uint64_t least = session::least_first_window(made.max_frame);
    require(made.window >= least,
            "session.window (" + format_size(made.window) + ") is below two frames of " +
                "session.max_frame (" + format_size(made.max_frame) +
                "), each counted with 32 bytes more: set session.window to at least " +
                std::to_string(least) + ", or session.max_frame lower");
}

void check_plain(const link_settings& made, const options& given) {
    for (const std::string& name : given.names())
        require(!of_sessions_only(name),
                "option '" + name +
                    "' is of sessions, and this link is none: set delivery=exactly-once, or leave "
                    "it out");
    const auto& offered = made.machine.subprotocols;
    require(std::find(offered.begin(), offered.end(), session_subprotocol) == offered.end(),
            "http.subprotocols offers resock.v1, which a plain link does not speak: set "
            "delivery=exactly-once and leave it out");
}

void check_given(const link_settings& made, const options& given) {
    for (const std::string& name : given.names())
        for (const std::string& value : given.values(name))
            check_in_session(name, value);
    require(made.machine.url.scheme != url::scheme::echo,
            "delivery=exactly-once needs a server that speaks resock.v1, and echo: does not: set "
            "url to ws://host/path or wss://host/path");
    const auto& offered = made.machine.subprotocols;
    require(offered.empty() || offered == std::vector<std::string>{session_subprotocol},
            "delivery=exactly-once offers the subprotocol resock.v1 by itself and no other: leave "
            "http.subprotocols out; session.protocol names what the applications speak");
    require(given.values("session.position").empty() || !made.session.outbox_path.empty(),
            "session.position needs the sending side on disk: set outbox.path, or leave the "
            "position out");
}

// What both sides of a session have in common.
void derive(link_settings& made) {
    auto& of_session = made.machine.session;
    made.machine.delivery = link::delivery::exactly_once;
    made.machine.subprotocols = {session_subprotocol};
    of_session.max_message = u32(made.machine.message_max);
    of_session.heartbeat_ms = u32(static_cast<std::uint64_t>(
        std::chrono::ceil<std::chrono::milliseconds>(made.machine.heartbeat.interval).count()));
    check_window(of_session);
}

void check_listener_sessions(const link_settings& plain) {
    const auto& supported = plain.machine.subprotocols;
    require(std::find(supported.begin(), supported.end(), session_subprotocol) == supported.end(),
            "a listener speaks resock.v1 by itself: leave it out of http.subprotocols");
    require(!plain.in_session() || supported.empty(),
            "delivery=exactly-once lets in resock.v1 and no other subprotocol: leave "
            "http.subprotocols out, or delivery");
}

} // namespace

bool apply_session_option(link_settings& to, std::string_view name, std::string_view value) {
    for (const binding& each : bindings) {
        if (each.name != name) continue;
        each.apply(to, value);
        return true;
    }
    return false;
}

void check_in_session(std::string_view name, std::string_view value) {
    require(name != "confirm" && !name.starts_with("confirm."),
            "option '" + std::string(name) +
                "' has no use with delivery=exactly-once, where the peer acknowledges by itself: "
                "leave it out");
    require(!name.starts_with("greeting."),
            "option '" + std::string(name) +
                "' has no use with delivery=exactly-once, which has no greetings: leave it out");
    require(name != "heartbeat.mode" || value == "ping",
            "heartbeat.mode=" + std::string(value) +
                " does not go with delivery=exactly-once, whose heartbeat is its own: leave it "
                "out; heartbeat.interval is what this side wishes");
    if (name != "heartbeat.interval") return;
    const duration interval = read_duration(value);
    require(interval >= least_heartbeat && interval <= most_heartbeat,
            "heartbeat.interval (" + std::string(value) +
                ") must be 1s to 10min with delivery=exactly-once: set it so");
}

void finish_session(link_settings& made, const options& given) {
    if (made.machine.delivery != link::delivery::exactly_once) return check_plain(made, given);
    check_given(made, given);
    derive(made);
    const auto position = given.values("session.position");
    if (!position.empty()) made.session.position = position.back();
    made.machine.session.ack_level = made.session.outbox_path.empty() ? 0
                                     : made.session.position          ? 3
                                                                      : 2;
    if (given.values("reconnect.hold").empty()) made.machine.reconnect.hold = default_hold;
}

link_settings session_settings_of(const link_settings& plain, const options& of_listener) {
    const auto value = [&](text name) {
        const auto set = of_listener.values(name);
        return set.empty() ? std::string(find_option(name)->default_value) : set.back();
    };
    check_listener_sessions(plain);
    link_settings made = plain;
    // The listener's are for its plain links, too: what does not fit a session is the nearest.
    made.machine.heartbeat.interval =
        std::clamp(made.machine.heartbeat.interval, least_heartbeat, most_heartbeat);
    made.machine.heartbeat_mode = link::heartbeat_mode::ping;
    made.machine.confirm = {};
    derive(made);
    auto& of_session = made.machine.session;
    of_session.role = session::role::server;
    of_session.ttl_s = whole_seconds(read_duration(value("listen.session_ttl")));
    of_session.tombstone_ttl_s = whole_seconds(read_duration(value("listen.session_tombstone")));
    require(of_session.tombstone_ttl_s >= of_session.ttl_s,
            "listen.session_tombstone (" + value("listen.session_tombstone") +
                ") is below listen.session_ttl (" + value("listen.session_ttl") +
                "): a client that was away so long must still learn that its session has ended; "
                "set it to at least as much");
    of_session.ack_level = value("listen.sessions").empty() ? 0 : 2;
    made.session.outbox_path = value("listen.sessions");
    made.session.principal = value("session.principal");
    made.queue_bytes = std::min(made.queue_bytes, read_size(value("listen.session_bytes")));
    return made;
}

} // namespace resock::hub
