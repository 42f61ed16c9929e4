// What `resock connect` was asked for.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include <resock/resock.hpp>

#include "common/events.hpp"

namespace cli {

struct connect_settings {
    resock::options of_link{resock::scope::link};
    resock::options of_hub{resock::scope::hub};
    bool in_session = false; // delivery=exactly-once
    std::string outbox;      // the file of a durable session; empty: none
    bool binary = false;
    bool echo = false;
    std::size_t chunk = 16 * 1024;                 // bytes of a message with `binary`
    std::size_t line_max = 16 * 1024 * 1024;       // bytes of a line, without
    bool stay = false;                             // go on listening after the end of input
    std::optional<std::chrono::milliseconds> wait; // likewise, for so long
    cli::report report = cli::report::status;
};

} // namespace cli
