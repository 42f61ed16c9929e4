// Numbers as people read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace demo {

std::string grouped(std::uint64_t number);          // "50,000"
std::string fixed(double number, int digits);       // "9.8"
std::string in_ms(const std::optional<double>& ms); // "27 ms", "-" for none
// Padded with blanks before it to `width`, never cut.
std::string right(const std::string& text, std::size_t width);

} // namespace demo
