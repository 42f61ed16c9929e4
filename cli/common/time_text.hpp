// Times in lines of output.
#pragma once

#include <chrono>
#include <string>

namespace cli {

// UTC with milliseconds: "2026-10-01T09:30:00.123Z".
std::string time_text(std::chrono::system_clock::time_point at);

} // namespace cli
