// What `resock serve` was asked for.
#pragma once

#include <chrono>

#include <resock/resock.hpp>

#include "common/events.hpp"

namespace cli {

struct serve_settings {
    resock::options of_listener{resock::scope::listener};
    resock::options of_hub{resock::scope::hub};
    bool echo = false;   // send back what arrives
    bool print = false;  // write it to standard output
    bool binary = false; // as it is, else lines
    std::chrono::milliseconds drain{10000};
    cli::report report = cli::report::status;
};

} // namespace cli
