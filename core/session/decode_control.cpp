#include "session/decode_control.hpp"

#include <boost/endian/conversion.hpp>

#include "session/fields.hpp"
#include "session/tlv.hpp"

namespace resock::session {

namespace {

constexpr bounds u32_bounds{0, max_u32, "R10"};
constexpr bounds max_frame_bounds{min_max_frame, max_max_frame, "R10"};
constexpr bounds heartbeat_bounds{min_heartbeat_ms, max_heartbeat_ms, "R10"};
constexpr bounds ack_level_bounds{0, max_ack_level, "R2"};

bool take_check(field_reader& fields, std::string_view value, std::optional<std::uint32_t>& check) {
    if (value.size() != 4) return fields.refuse("R17", "tlv 7 check", "not of 4 bytes");
    check = boost::endian::load_big_u32(reinterpret_cast<const unsigned char*>(value.data()));
    return true;
}

bool take_hello_tlv(field_reader& fields, const tlv& each, hello_frame& frame) {
    switch (each.type) {
    case 1:
        frame.protocol = each.value;
        return true;
    case 2:
        frame.token = each.value;
        return true;
    case 3:
        return fields.only_number("tlv 3 ttl_s", each.value, frame.ttl_s);
    case 5:
        return fields.only_number("tlv 5 max_frame", each.value, frame.max_frame, max_frame_bounds);
    case 7:
        return take_check(fields, each.value, frame.check);
    case 9:
        return fields.only_number("tlv 9 heartbeat_ms", each.value, frame.heartbeat_ms,
                                  heartbeat_bounds);
    case 11:
        return fields.only_number("tlv 11 max_message", each.value, frame.max_message, u32_bounds);
    case 13:
        return fields.only_number("tlv 13 ack_level", each.value, frame.ack_level,
                                  ack_level_bounds);
    default:
        frame.unknown_even = frame.unknown_even || is_even(each.type);
        return true;
    }
}

bool take_welcome_tlv(field_reader& fields, const tlv& each, welcome_frame& frame) {
    switch (each.type) {
    case 1:
        frame.url = each.value;
        return true;
    case 3:
        return fields.only_number("tlv 3 tombstone ttl_s", each.value, frame.tombstone_ttl_s);
    case 7:
        return take_check(fields, each.value, frame.check);
    default:
        return !is_even(each.type) ||
               fields.refuse_tlv(each.type, "an even type that is not known");
    }
}

template<class Frame, class Take>
bool take_tlvs(field_reader& fields, Frame& frame, const Take& take) {
    tlv_reader tlvs(fields, fields.rest());
    for (tlv each; tlvs.next(each);)
        if (!take(fields, each, frame)) return false;
    return tlvs.ok();
}

bool decode_hello(field_reader& fields, hello_frame& frame) {
    if (!fields.byte("version", frame.version)) return false;
    if (frame.version != protocol_version) return true;
    return fields.bytes("sid", frame.sid) && fields.bytes("secret", frame.secret) &&
           fields.number("born", frame.born) && fields.number("epoch", frame.epoch) &&
           fields.number("recv", frame.recv) && fields.number("acked", frame.acked) &&
           fields.number("window", frame.window, u32_bounds) &&
           take_tlvs(fields, frame, take_hello_tlv);
}

bool decode_welcome(field_reader& fields, std::uint8_t flags, welcome_frame& frame) {
    frame.resumed = flags & 1;
    return fields.number("born", frame.born, {1, max_number, "R14"}) &&
           fields.number("recv", frame.recv) && fields.number("window", frame.window, u32_bounds) &&
           fields.number("max_frame", frame.max_frame, max_frame_bounds) &&
           fields.number("max_message", frame.max_message, u32_bounds) &&
           fields.number("heartbeat_ms", frame.heartbeat_ms, heartbeat_bounds) &&
           fields.number("ttl_s", frame.ttl_s) &&
           fields.byte("ack_level", frame.ack_level, ack_level_bounds) &&
           take_tlvs(fields, frame, take_welcome_tlv);
}

bool decode_reject(field_reader& fields, std::uint8_t flags, reject_frame& frame) {
    frame.retry = flags & 1;
    if (!fields.number("reason", frame.reason)) return false;
    if ((flags & 2) && !fields.number("recv", frame.recv.emplace())) return false;
    if (!fields.wait_ms("retry_ms", frame.retry_ms)) return false;
    if (!frame.retry) frame.retry_ms = 0;
    return fields.text("text", frame.text);
}

bool decode_goaway(field_reader& fields, std::uint8_t flags, goaway_frame& frame) {
    frame.finish = flags & 1;
    if (!fields.wait_ms("grace_ms", frame.grace_ms) ||
        !fields.wait_ms("retry_min_ms", frame.retry_min_ms) ||
        !fields.wait_ms("retry_max_ms", frame.retry_max_ms))
        return false;
    if (frame.retry_min_ms > frame.retry_max_ms)
        return fields.refuse("R10", "retry_min_ms", "more than retry_max_ms");
    frame.url = fields.rest();
    return true;
}

bool decode_auth(field_reader& fields, std::uint8_t flags, auth_frame& frame) {
    frame.request = flags & 1;
    if (frame.request) return fields.wait_ms("deadline_ms", frame.deadline_ms) && fields.end();
    frame.token = fields.rest();
    return true;
}

} // namespace

void decode_control(frame_type type, std::uint8_t flags, std::string_view message, decoded& out) {
    field_reader fields(type, message.substr(1), out);
    if (type >= frame_type::hello && type <= frame_type::auth && message.size() > max_control) {
        out.emplace<frame_error>("R10 %s: %zu bytes, more than %zu", frame_name(type),
                                 message.size(), max_control);
        return;
    }
    switch (type) {
    case frame_type::hello:
        decode_hello(fields, out.emplace<hello_frame>());
        break;
    case frame_type::welcome:
        decode_welcome(fields, flags, out.emplace<welcome_frame>());
        break;
    case frame_type::reject:
        decode_reject(fields, flags, out.emplace<reject_frame>());
        break;
    case frame_type::goaway:
        decode_goaway(fields, flags, out.emplace<goaway_frame>());
        break;
    case frame_type::auth:
        decode_auth(fields, flags, out.emplace<auth_frame>());
        break;
    default:
        out.emplace<frame_error>("R2 unknown frame type %d", static_cast<int>(type));
    }
}

} // namespace resock::session
