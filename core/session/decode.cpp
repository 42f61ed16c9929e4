#include "session/decode.hpp"

#include "session/decode_control.hpp"
#include "session/fields.hpp"
#include "session/tlv.hpp"
#include "wire/utf8.hpp"

namespace resock::session {

namespace {

constexpr bounds seq_bounds{1, max_number, "R2"};
constexpr bounds u32_bounds{0, max_u32, "R10"};

bool decode_ext(field_reader& fields, data_frame& frame) {
    std::uint64_t size = 0;
    std::string_view block;
    if (!fields.number("len of tlvs", size) || !fields.view("tlvs", size, block)) return false;
    tlv_reader tlvs(fields, block);
    for (tlv each; tlvs.next(each);) {
        if (each.type == 1) {
            if (!fields.only_number("tlv 1 expires", each.value, frame.expires_ms)) return false;
        } else if (each.type == 3) {
            frame.message_id = each.value;
        } else if (is_even(each.type)) {
            return fields.refuse_tlv(each.type, "an even type that is not known");
        }
    }
    return tlvs.ok();
}

void decode_data(std::string_view body, std::uint8_t flags, decoded& out) {
    field_reader fields(frame_type::data, body, out);
    auto& frame = out.emplace<data_frame>();
    if (!fields.number("seq", frame.seq, seq_bounds)) return;
    frame.fin = flags & 1;
    frame.text = flags & 2;
    frame.ext = flags & 4;
    frame.ackme = flags & 8;
    if (frame.ext && !decode_ext(fields, frame)) return;
    frame.payload = fields.rest();
}

void decode_end(std::string_view body, decoded& out) {
    field_reader fields(frame_type::end, body, out);
    auto& frame = out.emplace<end_frame>();
    if (fields.number("seq", frame.seq, seq_bounds) &&
        fields.number("code", frame.code, {0, max_u32, "R2"}))
        fields.text("reason", frame.reason);
}

void decode_ack(std::string_view body, std::uint8_t flags, decoded& out) {
    field_reader fields(frame_type::ack, body, out);
    auto& frame = out.emplace<ack_frame>();
    frame.ping = flags & 1;
    frame.pong = flags & 2;
    if (!fields.number("recv", frame.recv) || !fields.number("window", frame.window, u32_bounds))
        return;
    if ((flags & 4) && !fields.number("done", frame.done.emplace(), {0, frame.recv, "R24"})) return;
    fields.end();
}

void decode_note(std::string_view body, std::uint8_t flags, decoded& out) {
    field_reader fields(frame_type::note, body, out);
    auto& frame = out.emplace<note_frame>();
    frame.text = flags & 2;
    frame.payload = fields.rest();
    if (frame.text && !wire::is_utf8(frame.payload))
        fields.refuse("R9", "payload", "TEXT is not UTF-8");
}

void decode_void(std::string_view body, decoded& out) {
    field_reader fields(frame_type::void_, body, out);
    auto& frame = out.emplace<void_frame>();
    if (fields.number("seq", frame.seq, seq_bounds)) fields.end();
}

} // namespace

decoded decode(std::string_view message) {
    decoded out;
    if (message.empty()) {
        out.emplace<frame_error>("R2 empty message");
        return out;
    }
    const auto first = static_cast<std::uint8_t>(message.front());
    const auto type = static_cast<frame_type>(first >> 4);
    const std::uint8_t flags = first & 0xF;
    const std::string_view body = message.substr(1);
    switch (type) {
    case frame_type::data:
        decode_data(body, flags, out);
        break;
    case frame_type::end:
        decode_end(body, out);
        break;
    case frame_type::ack:
        decode_ack(body, flags, out);
        break;
    case frame_type::note:
        decode_note(body, flags, out);
        break;
    case frame_type::void_:
        decode_void(body, out);
        break;
    default:
        decode_control(type, flags, message, out);
    }
    return out;
}

} // namespace resock::session
