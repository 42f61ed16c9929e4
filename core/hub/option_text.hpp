// Values of options that are text: fields, names of subprotocols, addresses, origins, paths.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "hub/option_table.hpp"

namespace resock::hub {

// Bytes of a refused text that an error repeats.
inline constexpr std::size_t max_option_shown = 200;

// Throws error(status::option): "option 'NAME': why".
[[noreturn]] void refuse_option(std::string_view name, const std::string& why);
std::string quoted_value(std::string_view text); // printable, cut
std::string_view trimmed(std::string_view text); // without blanks at its ends

// As check_value, for a row of a type that has no numbers, words or booleans.
void check_text_value(const option_row& row, std::string_view name, std::string_view value);

} // namespace resock::hub
