// How the program ends; docs/cli.md and --help say the same.
#pragma once

namespace cli {

enum exit_code : int {
    all_confirmed = 0,
    not_confirmed = 1,   // something was not confirmed, or the link ended before the input
    wrong_usage = 2,     // option, value, URL or address
    never_connected = 3, // stopped before a first connection was open
    bad_input = 4,       // standard input cannot be sent as it is
    interrupted = 128,   // plus the number of the signal: 130 Ctrl-C, 143 SIGTERM
};

} // namespace cli
