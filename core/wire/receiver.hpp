// Bytes of a connection in, messages and control frames out (RFC 6455 §5, §6.2, §7, §8.1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/payload.hpp"
#include "wire/frame.hpp"
#include "wire/utf8.hpp"

namespace resock::wire {

struct received {
    enum class kind {
        none,    // more bytes are needed
        message, // whole, fragments put together, text checked
        ping,
        pong,
        close, // `code` 1005 where the frame had none; `bytes` is the reason
        error, // the peer broke the protocol: `code` is ours to close with, `bytes` says how
    };
    received::kind kind = kind::none;
    bool text = false;
    std::uint16_t code = 0;
    std::string_view bytes; // valid until the next call of next() or feed()
    payload owned;          // set where the message was put together: `bytes` points into it
};

struct receiver_limits {
    std::uint64_t max_message = 16u << 20; // bytes of payload, fragments together
    // False where a text message is refused as such, whatever it holds: it is not checked then.
    bool check_text = true;
};

// One for each connection. Memory: at most max_message plus one frame header and one control
// payload; it grows with bytes received, never with a length that a header only claims: a message
// that has come in part holds at most twice its bytes, and at most 256 KiB more than these. When
// its last byte has come the parts and the whole stand side by side for a moment.
class receiver {
  public:
    receiver(role own_role, const receiver_limits& limits);

    // Hands in what was read. `bytes` must stay valid until next() has answered none. Call only
    // when the last next() answered none.
    void feed(std::string_view bytes);
    // The next item. After error or close nothing more is read: it answers none for ever.
    // A message that is one frame and lies whole in the fed bytes is answered as a view, without a
    // copy (server role: it is unmasked into `owned`).
    //
    // Errors: 1002 reserved bits, unknown opcode, control frame fragmented or longer than 125,
    // continuation without a start, a new message inside another, mask missing (server role) or
    // present (client role), bad length, Close of one byte or with a code that must not be sent;
    // 1007 text (where it is checked) or close reason that is not UTF-8, told at the first byte
    // that cannot be; 1009 larger than max_message, told by the header. The text names what came:
    // "reserved bit RSV1 set in a text frame of 5 bytes". Items do not depend on how the bytes were
    // split.
    received next();

    // What next() has not looked at, of the bytes that were fed: behind a message that was just
    // answered, whole frames of which nothing was taken.
    std::string_view rest() const { return rest_; }

    // True while a message or a frame has begun and not ended.
    bool mid_message() const;
    // Bytes held for incomplete frames and messages: the room allocated for the message, not only
    // what has been filled, and what is kept of a header or a control payload.
    std::size_t held() const;

  private:
    bool is_checked() const { return text_ && limits_.check_text; }
    bool take_whole_small(received& item);
    bool take_header(bool& bad_length);
    bool judge(received& item, bool bad_length);
    bool judge_form(received& item, bool bad_length);
    bool judge_place(received& item);
    void take_control(received& item);
    void take_close(received& item, std::string_view body);
    void take_data(received& item);
    void take_whole_message(received& item, std::string_view here);
    void take_part(received& item, std::string_view here);
    void finish_message(received& item);
    payload put_together();
    void drop_message();

    void copy_in(char* to, std::string_view from) const;
    void make_room(std::size_t more);
    void stop();
    void fail(received& item, std::uint16_t code, std::string text);
    // `before` as it was ahead of `bytes`, which begin at byte `offset` of the message.
    void fail_text(received& item, utf8_validator before, std::string_view bytes,
                   std::uint64_t offset);

    role role_;
    receiver_limits limits_;
    std::string_view rest_; // fed and not yet taken
    bool over_ = false;     // after error and Close
    std::string error_;

    // The frame being read: its header until that is whole, then its payload.
    std::array<char, max_header> header_;
    std::size_t header_size_ = 0;
    frame_header frame_;
    bool in_frame_ = false;
    std::uint64_t taken_ = 0; // of the frame's payload
    std::array<char, max_control_payload> control_;

    // The message being put together; control frames may come in between.
    bool in_message_ = false;
    bool text_ = false;
    utf8_validator utf8_;
    std::vector<payload> chunks_; // full, each of the same size
    payload room_;                // behind them
    std::size_t room_used_ = 0;
    std::size_t size_ = 0; // of the message so far
};

} // namespace resock::wire
