// Ctrl-C and its like, as a descriptor to poll.
#pragma once

namespace cli {

// From now on SIGINT, SIGTERM and SIGHUP are told through signal_fd() instead of ending the
// program, except where they were ignored before (nohup, a job in the background); a third one
// ends it even if nobody reads. SIGPIPE is ignored: writes then fail with EPIPE.
void install_signals();

// Readable once a signal came; -1 before install_signals().
int signal_fd();

struct taken_signals {
    int count = 0;
    int last = 0; // signal number, 0 for none
};
// What came since the last call; does not wait.
taken_signals take_signals();

} // namespace cli
