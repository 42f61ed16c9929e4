// A frame of resock.v1 to the bytes of a WebSocket message (protocol §2).
#pragma once

#include <cstddef>
#include <string>

#include "session/frame.hpp"

namespace resock::session {

// That fields are within their bounds (R8, R10) is the caller's to see to.
// For each frame: the size of its message; and the message itself, written at `to`. Returns the
// place behind it.
template<class Frame>
std::size_t encoded_size(const Frame& frame);
template<class Frame>
char* put_frame(char* to, const Frame& frame);

template<class Frame>
std::string encoded(const Frame& frame) {
    std::string bytes(encoded_size(frame), '\0');
    put_frame(bytes.data(), frame);
    return bytes;
}

// All of a DATA or NOTE frame before its payload, so that the payload can be written or read into
// place behind it. `payload` itself is not looked at.
std::size_t header_size(const data_frame& frame);
char* put_header(char* to, const data_frame& frame);
std::size_t header_size(const note_frame& frame);
char* put_header(char* to, const note_frame& frame);

inline constexpr std::size_t max_ack_size = 1 + max_varint + 5 + max_varint;

} // namespace resock::session
