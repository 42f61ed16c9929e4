// One value of one option: is it allowed, what does it say, how may it be shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "hub/option_table.hpp"
#include "wire/upgrade.hpp"

namespace resock::hub {

// Values of http.header and tokens of http.subprotocols in one options object.
inline constexpr std::size_t max_headers = 64;
inline constexpr std::size_t max_subprotocols = 32;

// The row of `name`. Throws error(status::option) naming the nearest option where there is none,
// the right place where `name` belongs to another scope, the allowed keys for "verdict.…".
const option_row& require_option(std::string_view name, option_scope);

// Throws error(status::option) where `value` is none of `name`, whose row is `row`: the text names
// the option, the value (not of a secret) and what is allowed.
void check_value(const option_row& row, std::string_view name, std::string_view value);

// Likewise of an option whose value is bytes; any other is an error, too.
void check_bytes(const option_row& row, std::string_view name, std::string_view bytes);

// "10ms to 24h", "ping, text or off", "true or false"; for errors and docs.
std::string allowed_values(const option_row&);
// As get and describe show it: the URL without user info and query, of a field its name only.
std::string shown_value(const option_row&, std::string_view value);

// Readers of values that check_value has let through.
resock::duration read_duration(std::string_view value); // "unlimited": unlimited_duration
std::uint64_t read_size(std::string_view value);
std::uint64_t read_count(std::string_view value);
double read_number(std::string_view value);
bool read_bool(std::string_view value);
// The place of the word among those of the row.
std::size_t read_word(const option_row&, std::string_view value);
wire::field read_header(std::string_view value);
std::vector<std::string> read_hosts(std::string_view value); // in lower case
std::vector<std::string> read_tokens(std::string_view value);

} // namespace resock::hub
