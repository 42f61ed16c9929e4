// Close frames (RFC 6455 §5.5.1, §7.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace resock::wire {

inline constexpr std::size_t max_reason = 123; // bytes of UTF-8

// May this code stand in a Close frame that is received? (1000–1014 but 1004–1006, 3000–4999.)
bool may_be_received(std::uint16_t code);
// May an application send it: 1000, 1001, 3000–4999.
bool may_be_sent_by_application(std::uint16_t code);
// Payload of a Close frame: code 1005 gives an empty one; the reason is cut to 123 bytes at a
// code point, what is not UTF-8 in it replaced by U+FFFD. Any other `code` must be one that
// may_be_received.
std::string close_payload(std::uint16_t code, std::string_view reason);
// "going away" for 1001 and the like; "" for a code without a registered name.
const char* close_code_name(std::uint16_t code);

} // namespace resock::wire
