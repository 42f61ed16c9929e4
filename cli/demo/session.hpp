// One run: server, lines and clients in this process, on threads of their own.
#pragma once

#include "demo/outcome.hpp"

namespace demo {

// `quiet`: no live counts. Ends by itself within the time limit, or by SIGINT and its like. Throws
// chaos::setup_error and resock::error where it cannot start.
outcome run(const settings& wanted, bool quiet);

} // namespace demo
