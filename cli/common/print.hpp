// What a command has to say, on standard output.
#pragma once

#include <string_view>

namespace cli {

// Writes all of it; returns all_confirmed. Throws std::system_error where it cannot be written.
int print(std::string_view text);

} // namespace cli
