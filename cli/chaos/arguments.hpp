// The values of `resock chaos`'s options.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "chaos/engine/settings.hpp"

namespace cli {

// For ->transform(): a duration becomes milliseconds, a size bytes; a number is digits only.
CLI::Validator duration_argument();
CLI::Validator size_argument();
CLI::Validator number_argument();

// All below throw usage_error, which names the option.

// "127.0.0.1:80", "[::1]:80", "example.org:80", also as a URL: "ws://127.0.0.1:80/path".
chaos::address parse_address(const std::string& option, const std::string& text);
// A duration or a size, both with a unit: "500ms", "64KiB", "1000B".
chaos::moment parse_moment(const std::string& option, const std::string& text);
chaos::milliseconds whole_ms(const std::string& option, double ms);

// Descriptors for so many connections; raises the limit of this process where it may.
// `is_default`: then as many connections as the limit allows, up to that number, are returned.
std::size_t make_room_for(std::size_t connections, bool is_default);

} // namespace cli
