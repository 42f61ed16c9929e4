#include "hub/option_table.hpp"

#include <array>

namespace resock::hub {

namespace {

using enum option_type;
using namespace flag;

constexpr std::uint32_t on_hub = static_cast<std::uint32_t>(option_scope::hub);
constexpr std::uint32_t on_link = static_cast<std::uint32_t>(option_scope::link);
constexpr std::uint32_t on_listener = static_cast<std::uint32_t>(option_scope::listener);
constexpr std::string_view verdict_prefix = "verdict.";

// The rows of links. What a listener's options say of the links that it accepts is wrapped in
// of_both(), a listener's own in of_listener(), a hub's in of_hub().
constexpr option_row ranged(std::string_view name, option_type type, std::string_view default_value,
                            std::string_view min, std::string_view max, std::uint32_t flags,
                            std::string_view meaning) {
    return {name, type, on_link, default_value, min, max, "", flags, meaning};
}
constexpr option_row choice(std::string_view name, std::string_view default_value,
                            std::string_view words, std::uint32_t flags, std::string_view meaning) {
    return {name, word, on_link, default_value, "", "", words, flags, meaning};
}
constexpr option_row toggle(std::string_view name, std::string_view default_value,
                            std::uint32_t flags, std::string_view meaning) {
    return {name, boolean, on_link, default_value, "", "", "", flags, meaning};
}
constexpr option_row of_both(option_row row) {
    row.scopes = on_link | on_listener;
    return row;
}
constexpr option_row of_listener(option_row row) {
    row.scopes = on_listener;
    return row;
}
constexpr option_row of_hub(option_row row) {
    row.scopes = on_hub;
    return row;
}

constexpr option_row rows[] = {
    // ---- the connection ----
    ranged("url", url, "", "", "8KiB", secret,
           "Where to connect: ws://host[:port]/path, wss://… for TLS, or echo: for a link "
           "that answers itself; user info and query are masked where it is shown."),
    of_both(
        ranged("http.header", header, "", "", "8KiB", repeatable | secret,
               "A field of the opening request, or of a listener's answer, \"Name: value\"; each "
               "setting adds one; values are masked where they are shown.")),
    of_both(ranged(
        "http.subprotocols", tokens, "", "", "1KiB", plain,
        "Subprotocols offered to the server, best first, or those that a listener supports (an "
        "offer without one of them is refused), separated by commas or spaces.")),
    ranged("connect.timeout", duration, "10s", "10ms", "1h", changeable,
           "How long name resolution, TCP and TLS of one attempt may take together."),
    ranged("open.timeout", duration, "20s", "10ms", "1h", changeable,
           "How long the whole opening of one attempt may take, the HTTP answer included."),
    of_both(
        ranged("close.timeout", duration, "30s", "0", "24h", changeable,
               "How long close waits for the confirmation of accepted messages; then they fail.")),
    of_both(ranged("close.handshake", duration, "5s", "0", "10min", changeable,
                   "How long the closing handshake may take; then the connection is cut.")),
    toggle("tls.verify", "true", plain,
           "Whether the server's certificate and name are checked; false is for tests only."),
    ranged("tls.ca_file", path, "", "", "4KiB", plain,
           "PEM file of the certificate authorities to trust; empty: the system's."),
    of_both(choice("tls.min_version", "1.2", "1.2 1.3", plain,
                   "The oldest version of TLS that is spoken.")),
    choice("credentials.when", "never", "never refused always", changeable,
           "When the application is asked for credentials: never, after a refusal, or before "
           "every attempt."),
    ranged("credentials.timeout", duration, "10s", "10ms", "24h", changeable,
           "How long an attempt waits for the credentials that it asked for."),
    // ---- delivery ----
    of_both(choice("delivery", "at-least-once", "at-most-once at-least-once", plain,
                   "at-least-once keeps messages until they are confirmed and resends them after a "
                   "break; at-most-once sends each once.")),
    of_both(choice("confirm", "pong", "pong heartbeat app off", plain,
                   "What confirms messages: the pong to a ping behind them, the answer to a text "
                   "heartbeat, the application, or nothing.")),
    of_both(ranged("confirm.interval", duration, "20ms", "0", "1h", changeable,
                   "How long the first message without a barrier behind it waits for one; a "
                   "barrier is the question whose answer confirms all before it.")),
    of_both(ranged("confirm.min_interval", duration, "0", "0", "1h", changeable,
                   "The least time between two barriers, for servers that count pings.")),
    of_both(ranged("confirm.timeout", duration, "30s", "10ms", "24h", changeable,
                   "How long a barrier may stay unanswered, while messages arrive, before one "
                   "warning is logged.")),
    of_both(ranged("message.max", size, "16MiB", "1", "1GiB", plain,
                   "The largest message that is sent or accepted, in bytes.")),
    of_both(ranged("message.ttl", duration, "unlimited", "1ms", "8760h", unlimited | changeable,
                   "How long a message may wait before its first byte is sent; then it fails as "
                   "expired.")),
    of_both(ranged("queue.bytes", size, "32MiB", "64KiB", "1024GiB", changeable,
                   "How many bytes of messages may be accepted and not yet ended; above that the "
                   "queue is full.")),
    of_both(ranged(
        "queue.messages", count, "10000", "1", "1000000000", changeable,
        "How many messages may be accepted and not yet ended; above that the queue is full.")),
    of_both(choice("queue.full", "error", "error wait drop-oldest drop-newest", changeable,
                   "What send does when the queue is full: fail, wait up to send.timeout, or drop "
                   "messages of which no byte was sent.")),
    of_both(ranged("send.timeout", duration, "30s", "0", "24h", changeable,
                   "How long send waits for room with queue.full=wait.")),
    of_both(ranged(
        "events.bytes", size, "8MiB", "1KiB", "1024GiB", changeable,
        "How many bytes of received messages may wait to be polled; above that reading pauses.")),
    of_both(ranged("events.messages", count, "10000", "1", "1000000000", changeable,
                   "How many received messages may wait to be polled; above that reading pauses.")),
    toggle("greeting.hold", "false", changeable,
           "Whether kept messages wait on a new connection until resock_link_ready is called."),
    ranged("greeting.timeout", duration, "10s", "10ms", "24h", changeable,
           "How long kept messages wait for resock_link_ready; then the connection is given up."),
    // ---- staying up ----
    of_both(
        choice("heartbeat.mode", "ping", "ping text off", plain,
               "How a silent peer is asked for a sign of life: WebSocket ping, a text message, or "
               "not at all.")),
    of_both(
        ranged("heartbeat.interval", duration, "10s", "10ms", "24h", changeable,
               "How long nothing may be received before the peer is asked for a sign of life.")),
    of_both(ranged("heartbeat.timeout", duration, "10s", "10ms", "24h", changeable,
                   "How long the answer may take once the question has left; then the connection "
                   "is given up.")),
    of_both(
        ranged("heartbeat.stall", duration, "5min", "0", "24h", changeable,
               "How long a peer counts as alive whose TCP takes bytes but that answers nothing.")),
    of_both(ranged("heartbeat.text", text, "heartbeat", "0", "1KiB", plain,
                   "The text that asks for a sign of life with heartbeat.mode=text.")),
    of_both(ranged("heartbeat.answer", text, "heartbeat_response", "0", "1KiB", plain,
                   "The peer's answer to heartbeat.text; it is not delivered as a message.")),
    ranged("reconnect.min", duration, "500ms", "0", "1h", changeable,
           "The least time before the next attempt."),
    ranged("reconnect.max", duration, "30s", "1ms", "24h", changeable,
           "The most time before the next attempt."),
    ranged("reconnect.factor", number, "2", "1", "10", changeable,
           "The factor by which the time before an attempt grows with each attempt."),
    ranged("reconnect.jitter", number, "1", "0", "1", changeable,
           "How much of the time above reconnect.min is random, from 0 (nothing) to 1 (all)."),
    ranged("reconnect.attempts", count, "unlimited", "0", "1000000000", unlimited | changeable,
           "How many attempts to reconnect there are in a row before the link stops; 0: none."),
    ranged("reconnect.total", duration, "unlimited", "0", "8760h", unlimited | changeable,
           "How long after the first failure of a row the link stops."),
    ranged("reconnect.reset_after", duration, "10s", "0", "24h", changeable,
           "How long a connection must be open before attempts are counted from 0 again."),
    ranged(
        "reconnect.hold", duration, "0", "0", "24h", changeable,
        "How long a stopped link waits for resock_link_retry_now or credentials before it ends."),
    toggle("verdict.strict", "false", changeable,
           "Whether an HTTP status, DNS or certificate failure that means stop also stops a link "
           "that was open before."),
    choice("verdict.*", "", "now backoff slow spread auth stop", changeable,
           "What follows this close code (1000-4999), HTTP status (100-599 but 101) or cause (such "
           "as dns-unknown) instead of what `resock explain` says."),
    // ---- the accepting side ----
    of_listener(ranged("listen.url", address, "", "", "8KiB", repeatable,
                       "Where to listen: ws://ADDRESS:PORT, wss://ADDRESS:PORT with TLS, or "
                       "unix:PATH; port 0 lets the system choose; each setting adds one.")),
    of_listener(choice("listen.accept", "auto", "auto ask", plain,
                       "Whether openings that keep to the options are accepted at once, or put to "
                       "the application as REQUEST.")),
    of_listener(ranged("listen.request_timeout", duration, "10s", "10ms", "1h", plain,
                       "How long a REQUEST may wait for its answer before it is refused with "
                       "503.")),
    of_listener(ranged("listen.open_timeout", duration, "20s", "10ms", "1h", plain,
                       "How long a connection may take from being accepted to the end of its "
                       "request, TLS included.")),
    of_listener(ranged("listen.connections", count, "10000", "1", "1000000", plain,
                       "How many connections there may be at once, openings included; further ones "
                       "are refused with 503.")),
    of_listener(ranged("listen.per_address", count, "1000", "1", "1000000", plain,
                       "How many connections there may be at once from one IP address (IPv6: one "
                       "/64); further ones are refused with 429.")),
    of_listener(ranged(
        "listen.retry_after", duration, "5s", "1s", "10min", plain,
        "How long an opening that is refused with 429 or 503 is told to wait (Retry-After).")),
    of_listener(ranged(
        "listen.header_bytes", size, "16KiB", "1KiB", "1MiB", plain,
        "How many bytes the header of a request may have; above that it is refused with 431.")),
    of_listener(ranged(
        "listen.header_count", count, "100", "8", "10000", plain,
        "How many fields the header of a request may have; above that it is refused with 431.")),
    of_listener(ranged("listen.memory", size, "1GiB", "1MiB", "1024GiB", plain,
                       "How many bytes all accepted links may hold together: queues, waiting "
                       "messages, messages that have come in part.")),
    of_listener(ranged("listen.origins", origins, "", "", "8KiB", plain,
                       "Origins of the pages that may connect, as browsers send them; empty: any; "
                       "a request without Origin passes.")),
    of_listener(ranged("listen.paths", paths, "", "", "8KiB", plain,
                       "Paths that are served, /feed/* for all below it; empty: any; else 404.")),
    of_listener(ranged("listen.token", text, "", "0", "4KiB", secret,
                       "The token that clients must send (Authorization: Bearer ...); empty: "
                       "none.")),
    of_listener(
        ranged("listen.health_path", text, "/healthz", "0", "1KiB", plain,
               "The path whose GET is answered with 200 while the listener accepts; empty: none.")),
    of_listener(ranged("tls.cert_file", path, "", "", "4KiB", plain,
                       "PEM file of the listener's certificate and its issuers'; read again once "
                       "it was replaced.")),
    of_listener(ranged("tls.key_file", path, "", "", "4KiB", plain,
                       "PEM file of its private key; empty: it stands in tls.cert_file.")),
    // ---- the hub ----
    of_hub(ranged("io.threads", count, "1", "0", "64", plain,
                  "How many threads do input and output; with 0 the calls poll, flush and a "
                  "waiting send do it.")),
    of_hub(choice("log.level", "warning", "error warning info debug", plain,
                  "The least important LOG events that are made.")),
};

struct section {
    std::string_view first; // of its rows
    std::string_view title;
};

constexpr section sections[] = {
    {"url", "The connection"},      {"delivery", "Delivery"},  {"heartbeat.mode", "Staying up"},
    {"listen.url", "The listener"}, {"io.threads", "The hub"},
};

} // namespace

std::span<const option_row> option_table() {
    return rows;
}

std::string_view section_of(const option_row& wanted) {
    std::string_view title;
    for (const option_row& row : rows) {
        for (const section& each : sections) {
            if (each.first == row.name) title = each.title;
        }
        if (row.name == wanted.name) break;
    }
    return title;
}

std::optional<std::string_view> verdict_key(std::string_view name) {
    if (!name.starts_with(verdict_prefix) || name == "verdict.strict") return {};
    return name.substr(verdict_prefix.size());
}

const option_row* find_option(std::string_view name) {
    const std::string_view wanted = verdict_key(name) ? "verdict.*" : name;
    for (const option_row& row : rows) {
        if (row.name == wanted) return &row;
    }
    return nullptr;
}

bool in_scope(const option_row& row, option_scope scope) {
    return (row.scopes & static_cast<std::uint32_t>(scope)) != 0;
}

const char* to_string(option_type type) {
    static constexpr std::array names = {"duration", "size",    "count",   "number", "bool",
                                         "enum",     "text",    "url",     "path",   "header",
                                         "tokens",   "address", "origins", "paths"};
    return names[static_cast<std::size_t>(type)];
}

const char* to_string(option_scope scope) {
    switch (scope) {
    case option_scope::hub:
        return "hub";
    case option_scope::link:
        return "link";
    case option_scope::listener:
        return "listener";
    }
    return "";
}

std::vector<std::string_view> split_words(std::string_view words) {
    std::vector<std::string_view> made;
    while (!words.empty()) {
        const std::size_t end = words.find(' ');
        made.push_back(words.substr(0, end));
        words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
    }
    return made;
}

} // namespace resock::hub
