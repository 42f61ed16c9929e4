// `resock connect`: standard input out, messages in.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include <resock/resock.hpp>

#include "events.hpp"

namespace cli {

struct connect_settings {
    resock::options of_link{resock::scope::link};
    resock::options of_hub{resock::scope::hub};
    bool binary = false;
    bool echo = false;
    std::size_t chunk = 16 * 1024;                 // bytes of a message with `binary`
    std::size_t line_max = 16 * 1024 * 1024;       // bytes of a line, without
    bool stay = false;                             // go on listening after the end of input
    std::optional<std::chrono::milliseconds> wait; // likewise, for so long
    cli::report report = cli::report::status;
};

// Runs until the link has ended; returns an exit_code. Throws resock::error where the link cannot
// be made.
int connect(connect_settings);

} // namespace cli
