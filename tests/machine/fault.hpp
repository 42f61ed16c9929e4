// What can happen to a connection, once, in a script that is played with a failure.
#pragma once

namespace resock::link {

enum class fault {
    none,
    connect_failed,
    http_503,
    reset,
    end_of_stream,
    close_1001,
    close_1011,
    close_1008,
    close_1009,
    close_then_bytes,
    garbage,
    cut_in_message, // of the peer
    silence,        // nothing gets through in either direction
    stuck,          // the kernel takes nothing more
    late_pongs,     // from now on the peer answers only when the line is idle
    last = late_pongs,
};

} // namespace resock::link
