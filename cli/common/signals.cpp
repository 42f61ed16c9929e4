#include "common/signals.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include "common/exit_code.hpp"

namespace cli {

namespace {

constexpr int patience = 3; // signals until the handler itself ends the program

int pipe_ends[2] = {-1, -1};
volatile std::sig_atomic_t seen = 0;

// Only calls that are safe in a signal handler.
extern "C" void on_signal(int number) {
    const int saved_errno = errno;
    seen = seen + 1;
    if (seen >= patience) _exit(interrupted + number);
    const auto byte = static_cast<unsigned char>(number);
    // The pipe has room for more than `patience` bytes.
    if (write(pipe_ends[1], &byte, 1) < 0) _exit(interrupted + number);
    errno = saved_errno;
}

} // namespace

void install_signals() {
    if (pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before = {};
        sigaction(number, nullptr, &before);
        if (before.sa_handler == SIG_IGN) continue;
        struct sigaction wanted = {};
        wanted.sa_handler = on_signal;
        wanted.sa_flags = SA_RESTART;
        sigaction(number, &wanted, nullptr);
    }
    std::signal(SIGPIPE, SIG_IGN);
}

int signal_fd() {
    return pipe_ends[0];
}

taken_signals take_signals() {
    taken_signals taken;
    unsigned char number = 0;
    while (read(pipe_ends[0], &number, 1) == 1) {
        ++taken.count;
        taken.last = number;
    }
    return taken;
}

} // namespace cli
