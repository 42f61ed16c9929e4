// What `resock chaos` says of the things that it does.
#pragma once

#include <string>

#include "chaos/engine/event.hpp"

namespace cli {

// Lines without their ends, each with its time.
std::string text_of(const chaos::event& happened);
std::string json_of(const chaos::event& happened);

// The first line says where it listens, and with which seed.
std::string json_of_start(const chaos::settings& faults, const std::string& address);
// The line after the address, where the first is the bare address.
std::string text_of_start(const chaos::settings& faults);

// `skipped`: lines that nobody has read.
std::string text_of(const chaos::counts& counted, std::uint64_t skipped);
std::string json_of(const chaos::counts& counted, std::uint64_t skipped);

} // namespace cli
