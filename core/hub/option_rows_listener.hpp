// The options of a listener's own and of the hub. For option_table.cpp alone.
#pragma once

#include "hub/option_rows.hpp"

namespace resock::hub::rows {

constexpr option_row of_accepting[] = {
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
    of_listener(ranged("listen.sessions", path, "", "", "4KiB", plain,
                       "The file that keeps the sessions across restarts of this process, made "
                       "where there is none; empty: in memory only.")),
    of_listener(ranged("listen.session_count", count, "10000", "1", "1000000", plain,
                       "How many sessions there may be at once, those whose client is away "
                       "included; a further one is refused.")),
    of_listener(ranged("listen.session_bytes", size, "16MiB", "64KiB", "1024GiB", plain,
                       "How many bytes of messages one session may keep for its client; above that "
                       "its queue is full.")),
    of_listener(ranged("listen.session_ttl", duration, "120s", "1s", "8760h", plain,
                       "How long a session is kept while its client is away, at most.")),
    of_listener(ranged("listen.session_tombstone", duration, "120s", "1s", "8760h", plain,
                       "How long is remembered that a session has ended; at least "
                       "listen.session_ttl.")),
    of_listener(ranged("session.principal", text, "", "0", "1KiB", plain,
                       "Whom the application takes the client of a session for; only the same may "
                       "resume it; for resock_listener_accept.")),
    of_listener(ranged("tls.cert_file", path, "", "", "4KiB", plain,
                       "PEM file of the listener's certificate and its issuers'; read again once "
                       "it was replaced.")),
    of_listener(ranged("tls.key_file", path, "", "", "4KiB", plain,
                       "PEM file of its private key; empty: it stands in tls.cert_file.")),
};

constexpr option_row of_hubs[] = {
    of_hub(ranged("io.threads", count, "1", "0", "64", plain,
                  "How many threads do input and output; with 0 the calls poll, flush and a "
                  "waiting send do it.")),
    of_hub(choice("log.level", "warning", "error warning info debug", plain,
                  "The least important LOG events that are made.")),
};

} // namespace resock::hub::rows
