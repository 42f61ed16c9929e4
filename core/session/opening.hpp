// A server's first word with a client (R13, R14, R16): what is told from a HELLO alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "session/frame.hpp"

namespace resock::session {

// The first WebSocket message after the upgrade: the HELLO that it must be, or why to close with
// 4400.
std::variant<frame_error, hello_frame> first_frame(bool text, std::string_view message);

// R14: the REJECT 7 to a version or a tlv of an even type that is not known.
std::optional<reject_frame> judge_features(const hello_frame&);

// R14: why this HELLO cannot open a session that nobody knows: there is nothing to be at yet.
std::optional<reject_frame> judge_new(const hello_frame&);

// R16: what follows a REJECT.
std::uint16_t close_code_of(const reject_frame&);

} // namespace resock::session
