// Frames in words, for the texts of errors.
#pragma once

#include <cstdint>
#include <string>

#include "wire/frame.hpp"

namespace resock::wire {

// "text frame of 5 bytes", "frame with opcode 0x3 of 1 byte".
std::string describe(const frame_header& header);
// "reserved bit RSV1", "reserved bits RSV1 and RSV3"; `bits` as in frame_header, not 0.
std::string describe_reserved(std::uint8_t bits);
std::string describe_size(std::uint64_t bytes); // "1 byte", "5 bytes"
std::string hex_byte(std::uint8_t byte);        // "0xFF"

} // namespace resock::wire
