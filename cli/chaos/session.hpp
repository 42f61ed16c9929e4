// The proxy on the command line: from its first line to its counts.
#pragma once

#include "chaos/engine/settings.hpp"

namespace cli {

// Returns an exit_code. Throws usage_error where it cannot start.
int run_chaos(const chaos::settings& faults, bool as_json, bool quiet);

} // namespace cli
