// The options of links, in the order in which docs list them. For option_table.cpp alone.
#pragma once

#include "hub/option_rows.hpp"

namespace resock::hub::rows {

constexpr option_row of_connection[] = {
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
};

constexpr option_row of_delivery[] = {
    of_both(choice("delivery", "at-least-once", "at-most-once at-least-once exactly-once", plain,
                   "at-least-once keeps messages until they are confirmed and resends them after a "
                   "break; at-most-once sends each once; exactly-once needs a peer that speaks "
                   "resock.v1.")),
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
};

constexpr option_row of_staying_up[] = {
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
    ranged("reconnect.hold", duration, "0", "0", "24h", changeable,
           "How long a stopped link waits for resock_link_retry_now or credentials before it ends; "
           "with delivery=exactly-once 60s unless it is set."),
    toggle("verdict.strict", "false", changeable,
           "Whether an HTTP status, DNS or certificate failure that means stop also stops a link "
           "that was open before."),
    choice("verdict.*", "", "now backoff slow spread auth stop", changeable,
           "What follows this close code (1000-4999), HTTP status (100-599 but 101) or cause (such "
           "as dns-unknown) instead of what `resock explain` says."),
};

} // namespace resock::hub::rows
