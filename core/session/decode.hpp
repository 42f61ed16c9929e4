// A WebSocket message to a frame of resock.v1: every check of protocol §1 and §2 that needs no
// state. What a role, the session's state or its max_frame allows is the session's to judge.
#pragma once

#include <string_view>

#include "session/frame.hpp"

namespace resock::session {

// The frame's views point into `message`. Throws nothing; allocates only for tlv types from 128
// that do not ascend.
decoded decode(std::string_view message);

} // namespace resock::session
