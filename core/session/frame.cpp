#include "session/frame.hpp"

#include <cstdarg>
#include <cstdio>

#include "wire/utf8.hpp"

namespace resock::session {

const char* frame_name(frame_type type) {
    switch (type) {
    case frame_type::data:
        return "DATA";
    case frame_type::end:
        return "END";
    case frame_type::ack:
        return "ACK";
    case frame_type::note:
        return "NOTE";
    case frame_type::hello:
        return "HELLO";
    case frame_type::welcome:
        return "WELCOME";
    case frame_type::reject:
        return "REJECT";
    case frame_type::goaway:
        return "GOAWAY";
    case frame_type::auth:
        return "AUTH";
    case frame_type::void_:
        return "VOID";
    }
    return "frame";
}

frame_error::frame_error(const char* format, ...) {
    std::va_list values;
    va_start(values, format);
    std::vsnprintf(reason_.data(), reason_.size(), format, values);
    va_end(values);
}

std::string shown_text(std::string_view text) {
    constexpr std::size_t most_for_one_byte = 3; // U+FFFD
    return wire::shown_utf8(text, most_for_one_byte * max_text);
}

std::string sendable_text(std::string_view text) {
    return wire::shown_utf8(text, max_text);
}

} // namespace resock::session
