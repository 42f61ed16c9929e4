// The options of delivery=exactly-once. For option_table.cpp alone.
#pragma once

#include "hub/option_rows.hpp"

namespace resock::hub::rows {

constexpr option_row of_sessions[] = {
    ranged("session.ttl", duration, "120s", "1s", "8760h", plain,
           "How long the server is asked to keep the session while this side is away; it may grant "
           "less."),
    of_both(ranged("session.window", size, "1MiB", "64KiB", "4095MiB", plain,
                   "How many bytes of messages, each counted with 32 more, may wait here until the "
                   "application is done with them; above that the peer waits.")),
    of_both(ranged("session.max_frame", size, "16KiB", "16KiB", "16MiB", plain,
                   "The largest frame that is accepted; larger messages come in parts of this "
                   "size.")),
    of_both(choice("session.done", "auto", "auto manual", plain,
                   "When a message counts as done: once its event is freed, or once "
                   "resock_event_done is called.")),
    choice("session.on_lost", "close", "close new", plain,
           "What follows a lost session: the link ends, or goes on with a new session into which "
           "the messages that were not sent go."),
    ranged("session.position", bytes, "", "0", "37", plain,
           "The receive position that the application keeps itself, from resock_event_position; "
           "0 bytes the first time; needs outbox.path."),
    ranged("session.token", text, "", "0", "32KiB", secret,
           "The token that shows the server who opens the session; a fresh one goes through "
           "resock_link_credentials."),
    ranged("session.protocol", text, "", "0", "1KiB", plain,
           "The name of what the two applications speak, told to the server when the session "
           "opens."),
    ranged("session.redirect_hosts", hosts, "", "", "8KiB", plain,
           "Hosts beside its own to which the server may move the session, separated by commas or "
           "spaces; never from wss to ws."),
    ranged("outbox.path", path, "", "", "4KiB", plain,
           "The file that keeps the session across restarts of this process, made where there is "
           "none; empty: in memory only."),
    of_both(choice("outbox.sync", "full", "full normal off", plain,
                   "What a stored message survives: a power cut (full); most, and any end of the "
                   "process (normal); an end of the process only (off).")),
};

} // namespace resock::hub::rows
