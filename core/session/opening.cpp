#include "session/opening.hpp"

#include "session/decode.hpp"

namespace resock::session {

std::variant<frame_error, hello_frame> first_frame(bool text, std::string_view message) {
    if (text) return frame_error("R2 text message: every frame is a binary message");
    const decoded made = decode(message);
    if (const auto* hello = std::get_if<hello_frame>(&made)) return *hello;
    if (const auto* wrong = std::get_if<frame_error>(&made)) return *wrong;
    return frame_error("R13 %s before HELLO: HELLO is the first frame after the upgrade",
                       frame_name(static_cast<frame_type>(made.index())));
}

std::optional<reject_frame> judge_features(const hello_frame& hello) {
    reject_frame made;
    made.reason = reject_reason::unsupported;
    if (hello.version != protocol_version)
        made.text = "the version that HELLO names is not spoken here: only version 1 is";
    else if (hello.unknown_even)
        made.text = "HELLO asks for a feature that is not known here (a tlv of an even type)";
    else
        return std::nullopt;
    return made;
}

std::optional<reject_frame> judge_new(const hello_frame& hello) {
    reject_frame made;
    if (hello.epoch == 0) {
        made.reason = reject_reason::stale_epoch;
        made.text = "epoch 0: it is raised before each attempt (R12)";
    } else if (hello.recv != 0 || hello.acked != 0) {
        made.reason = reject_reason::state_mismatch;
        made.text = "recv or acked is not 0, and the session is new";
    } else {
        return std::nullopt;
    }
    return made;
}

std::uint16_t close_code_of(const reject_frame& reject) {
    switch (reject.reason) {
    case reject_reason::forbidden:
        return 4403;
    case reject_reason::stale_epoch:
        return 4409;
    case reject_reason::authentication_needed:
        return 4401;
    default:
        return reject.retry ? 4503 : 4404;
    }
}

} // namespace resock::session
