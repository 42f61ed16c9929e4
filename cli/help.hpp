// The texts of --help and version.
#pragma once

#include <string>

namespace cli {

extern const char* const main_footer;
extern const char* const connect_footer;

std::string version_text();

} // namespace cli
