#include "wire/receiver.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include <boost/endian/conversion.hpp>

#include "wire/close.hpp"
#include "wire/describe.hpp"

namespace resock::wire {

namespace {

constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t no_status = 1005;
constexpr std::uint16_t invalid_payload = 1007;
constexpr std::uint16_t too_big = 1009;

// Room for a message that has only begun. It doubles up to a chunk; what comes then stands in
// further chunks, so that no growing message is ever copied as a whole: many that grow at the same
// time would hold up the thread.
constexpr std::size_t first_room = 256;
constexpr std::size_t chunk_size = std::size_t{256} << 10;

bool is_known(opcode code) {
    const auto value = static_cast<std::uint8_t>(code);
    return value <= 0x2 || (value >= 0x8 && value <= 0xA);
}

} // namespace

receiver::receiver(role own_role, const receiver_limits& limits)
    : role_(own_role)
    , limits_(limits) {
}

void receiver::feed(std::string_view bytes) {
    assert(rest_.empty());
    if (!over_) rest_ = bytes;
}

received receiver::next() {
    received item;
    while (!over_) {
        if (!in_frame_) {
            if (take_whole_small(item)) break;
            bool bad_length = false;
            if (!take_header(bad_length) || !judge(item, bad_length)) break;
        }
        if (is_control(frame_.code)) {
            take_control(item);
        } else {
            take_data(item);
        }
        if (item.kind != received::kind::none || in_frame_) break;
    }
    return item;
}

bool receiver::mid_message() const {
    return !over_ && (in_message_ || in_frame_ || header_size_ != 0);
}

std::size_t receiver::held() const {
    const bool in_control = in_frame_ && is_control(frame_.code);
    return chunks_.size() * chunk_size + chunks_.capacity() * sizeof(payload) + room_.size() +
           header_size_ + (in_control ? static_cast<std::size_t>(taken_) : 0);
}

// The usual frame, short and whole, without the general path. False where it is any other, also
// one that is wrong.
bool receiver::take_whole_small(received& item) {
    constexpr std::uint8_t whole_text = 0x81;
    constexpr std::uint8_t whole_binary = 0x82;
    if (role_ != role::client || in_message_ || header_size_ != 0 || rest_.size() < 2) return false;
    const auto first = static_cast<std::uint8_t>(rest_[0]);
    const auto length = static_cast<std::uint8_t>(rest_[1]);
    if ((first != whole_text && first != whole_binary) || length > max_control_payload ||
        rest_.size() < 2u + length || length > limits_.max_message)
        return false;
    const std::string_view body = rest_.substr(2, length);
    if (first == whole_text && !is_utf8(body)) return false;
    rest_.remove_prefix(2u + length);
    item.kind = received::kind::message;
    item.text = first == whole_text;
    item.bytes = body;
    return true;
}

bool receiver::take_header(bool& bad_length) {
    std::size_t size = 0;
    if (header_size_ == 0) {
        size = read_header(rest_, frame_, bad_length);
        rest_.remove_prefix(size);
    } else {
        const std::size_t more = std::min(max_header - header_size_, rest_.size());
        if (more) std::memcpy(header_.data() + header_size_, rest_.data(), more);
        size = read_header({header_.data(), header_size_ + more}, frame_, bad_length);
        if (size != 0) rest_.remove_prefix(size - header_size_);
    }
    if (size == 0) {
        if (header_size_ == 0 && !rest_.empty())
            std::memcpy(header_.data(), rest_.data(), rest_.size());
        header_size_ += rest_.size();
        rest_ = {};
        return false;
    }
    header_size_ = 0;
    in_frame_ = true;
    taken_ = 0;
    return true;
}

bool receiver::judge(received& item, bool bad_length) {
    return judge_form(item, bad_length) && judge_place(item);
}

// What is wrong with the frame wherever it stands.
bool receiver::judge_form(received& item, bool bad_length) {
    const bool must_be_masked = role_ == role::server;
    if (frame_.reserved != 0) {
        fail(item, protocol_error,
             describe_reserved(frame_.reserved) + " set in a " + describe(frame_));
    } else if (!is_known(frame_.code)) {
        fail(item, protocol_error, "unknown opcode: a " + describe(frame_));
    } else if (frame_.length >> 63) {
        fail(item, protocol_error,
             "a " + describe(frame_) + ", a length is below 2^63 (RFC 6455 §5.2)");
    } else if (bad_length) {
        fail(item, protocol_error,
             "a " + describe(frame_) + " whose length is not in its shortest form (RFC 6455 §5.2)");
    } else if (frame_.mask.has_value() != must_be_masked) {
        fail(item, protocol_error,
             std::string(must_be_masked ? "an unmasked " : "a masked ") + describe(frame_) +
                 (must_be_masked ? ", a client must mask" : ", a server must not mask"));
    } else if (is_control(frame_.code) && !frame_.fin) {
        fail(item, protocol_error,
             "a fragmented " + describe(frame_) + ", control frames must be whole");
    } else if (is_control(frame_.code) && frame_.length > max_control_payload) {
        fail(item, protocol_error, "a " + describe(frame_) + ", control frames hold 125 at most");
    }
    return !over_;
}

// What is wrong with it here: behind the frames before.
bool receiver::judge_place(received& item) {
    if (is_control(frame_.code)) return true;
    if (frame_.code == opcode::continuation && !in_message_) {
        fail(item, protocol_error,
             "a " + describe(frame_) + " without a message that it continues");
    } else if (frame_.code != opcode::continuation && in_message_) {
        fail(item, protocol_error,
             "a " + describe(frame_) + " inside an unfinished " + (text_ ? "text" : "binary") +
                 " message");
    } else if (frame_.length > limits_.max_message - size_) {
        fail(item, too_big,
             "a " + describe(frame_) +
                 (size_ ? " behind " + describe_size(size_) + " of the same message" : "") +
                 ", message.max is " + std::to_string(limits_.max_message));
    } else if (frame_.code != opcode::continuation) {
        text_ = frame_.code == opcode::text;
    }
    return !over_;
}

void receiver::take_control(received& item) {
    const auto length = static_cast<std::size_t>(frame_.length);
    const auto taken = static_cast<std::size_t>(taken_);
    const std::size_t now = std::min(length - taken, rest_.size());
    std::string_view body = rest_.substr(0, now);
    if (now != length || frame_.mask) {
        copy_in(control_.data() + taken, body);
        body = {control_.data(), length};
    }
    rest_.remove_prefix(now);
    taken_ += now;
    if (taken_ != length) return;

    in_frame_ = false;
    if (frame_.code == opcode::close) return take_close(item, body);
    item.kind = frame_.code == opcode::ping ? received::kind::ping : received::kind::pong;
    item.bytes = body;
}

void receiver::take_close(received& item, std::string_view body) {
    if (body.size() == 1)
        return fail(item, protocol_error, "a Close frame of 1 byte, a code takes 2");
    std::uint16_t code = no_status;
    if (!body.empty()) {
        code = boost::endian::load_big_u16(reinterpret_cast<const unsigned char*>(body.data()));
        if (!may_be_received(code))
            return fail(item, protocol_error,
                        "a Close frame with code " + std::to_string(code) +
                            ", which must not be sent (RFC 6455 §7.4)");
        body.remove_prefix(2);
    }
    if (!is_utf8(body))
        return fail(item, invalid_payload,
                    "a Close frame with code " + std::to_string(code) +
                        " whose reason is not UTF-8");
    item.kind = received::kind::close;
    item.code = code;
    item.bytes = body;
    stop();
}

void receiver::take_data(received& item) {
    const auto here = rest_.substr(
        0, static_cast<std::size_t>(std::min<std::uint64_t>(frame_.length - taken_, rest_.size())));
    if (frame_.fin && size_ == 0 && here.size() == frame_.length) {
        take_whole_message(item, here);
    } else {
        take_part(item, here);
    }
}

void receiver::take_whole_message(received& item, std::string_view here) {
    if (frame_.mask) {
        item.owned = payload(here.size());
        copy_in(item.owned.data(), here);
        item.bytes = item.owned.view();
    } else {
        item.bytes = here;
    }
    rest_.remove_prefix(here.size());
    if (is_checked()) {
        utf8_validator validator;
        if (!validator.feed(item.bytes)) return fail_text(item, {}, item.bytes, 0);
        if (!validator.complete()) {
            const std::string size = describe_size(here.size());
            return fail(item, invalid_payload,
                        "a text message of " + size + " ends inside a code point");
        }
    }
    item.kind = received::kind::message;
    item.text = text_;
    in_frame_ = in_message_ = false;
}

void receiver::take_part(received& item, std::string_view here) {
    in_message_ = true;
    while (!here.empty()) {
        make_room(here.size());
        const std::string_view piece = here.substr(0, room_.size() - room_used_);
        char* const to = room_.data() + room_used_;
        copy_in(to, piece);
        here.remove_prefix(piece.size());
        rest_.remove_prefix(piece.size());
        const utf8_validator before = utf8_;
        if (is_checked() && !utf8_.feed({to, piece.size()}))
            return fail_text(item, before, {to, piece.size()}, size_);
        size_ += piece.size();
        room_used_ += piece.size();
        taken_ += piece.size();
    }
    if (taken_ != frame_.length) return;
    in_frame_ = false;
    if (frame_.fin) finish_message(item);
}

void receiver::finish_message(received& item) {
    if (is_checked() && !utf8_.complete())
        return fail(item, invalid_payload,
                    "a text message of " + describe_size(size_) + " ends inside a code point");
    item.owned = put_together();
    item.kind = received::kind::message;
    item.text = text_;
    item.bytes = item.owned.view();
    drop_message();
    in_message_ = false;
}

// What is handed over is as large as the message: budgets count it so.
payload receiver::put_together() {
    if (chunks_.empty() && room_.size() == size_) return std::exchange(room_, payload());
    payload whole(size_);
    char* to = whole.data();
    for (const payload& each : chunks_) {
        std::memcpy(to, each.data(), each.size());
        to += each.size();
    }
    if (room_used_) std::memcpy(to, room_.data(), room_used_);
    return whole;
}

void receiver::drop_message() {
    std::vector<payload>().swap(chunks_);
    room_ = payload();
    room_used_ = size_ = 0;
}

void receiver::copy_in(char* to, std::string_view from) const {
    if (frame_.mask) {
        apply_mask(to, from.data(), from.size(), *frame_.mask, static_cast<std::size_t>(taken_));
    } else if (!from.empty()) {
        std::memcpy(to, from.data(), from.size());
    }
}

// Room for some more, at best for `more` bytes.
void receiver::make_room(std::size_t more) {
    if (room_used_ < room_.size()) return;
    // No more than the message can take: the last growth of a single frame fits exactly.
    const std::uint64_t most =
        (frame_.fin ? frame_.length - taken_ : limits_.max_message - size_) + room_used_;
    if (room_used_ == chunk_size) {
        chunks_.push_back(std::move(room_));
        room_used_ = 0;
        room_ = payload(
            static_cast<std::size_t>(std::min<std::uint64_t>(most - chunk_size, chunk_size)));
        return;
    }
    const std::uint64_t wanted = std::max({first_room, 2 * room_.size(), room_used_ + more});
    payload larger(static_cast<std::size_t>(std::min({wanted, most, std::uint64_t{chunk_size}})));
    if (room_used_) std::memcpy(larger.data(), room_.data(), room_used_);
    room_ = std::move(larger);
}

void receiver::stop() {
    over_ = true;
    rest_ = {};
    drop_message();
    in_frame_ = false;
}

void receiver::fail(received& item, std::uint16_t code, std::string text) {
    error_ = std::move(text);
    item.kind = received::kind::error;
    item.text = false;
    item.code = code;
    item.owned = payload();
    item.bytes = error_;
    stop();
}

void receiver::fail_text(received& item, utf8_validator before, std::string_view bytes,
                         std::uint64_t offset) {
    std::size_t at = 0;
    while (at + 1 < bytes.size() && before.feed(bytes.substr(at, 1)))
        ++at;
    fail(item, invalid_payload,
         "byte " + hex_byte(static_cast<std::uint8_t>(bytes[at])) + " at offset " +
             std::to_string(offset + at) + " of a text message is not UTF-8");
}

} // namespace resock::wire
