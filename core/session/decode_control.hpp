// The part of decode() for frames that are about the session as a whole: HELLO, WELCOME, REJECT,
// GOAWAY and AUTH.
#pragma once

#include <cstdint>
#include <string_view>

#include "session/frame.hpp"

namespace resock::session {

// `message` with its first byte, which `type` and `flags` are of.
void decode_control(frame_type type, std::uint8_t flags, std::string_view message, decoded& out);

} // namespace resock::session
