// HTTP dates (RFC 9110 §5.6.7).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace resock::wire {

// Seconds since 1970 of "Sun, 06 Nov 1994 08:49:37 GMT" or one of the two obsolete forms
// ("Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"). `unix_now` decides the century
// of a year of two digits: one that seems to be more than 50 years ahead is in the past. Empty
// where the text is no date; the name of the day is not checked.
std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t unix_now);

} // namespace resock::wire
