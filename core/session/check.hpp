// The check of a sequenced frame (protocol R17): it tells a store that was rolled back or copied.
#pragma once

#include <cstdint>
#include <string_view>

namespace resock::session {

// CRC-32 (IEEE) of the whole frame.
std::uint32_t check_of(std::string_view frame);
// Likewise, where it lies in two pieces.
std::uint32_t check_of(std::string_view head, std::string_view body);

} // namespace resock::session
