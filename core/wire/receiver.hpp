// Bytes of a connection in, messages and control frames out (RFC 6455 §5, §6.2, §7, §8.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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
};

// One for each connection. Memory: at most max_message plus one frame header and one control
// payload; it grows with bytes received, never with a length that a header only claims.
class receiver {
  public:
    receiver(role own_role, const receiver_limits& limits);

    // Hands in what was read. `bytes` must stay valid until next() has answered none. Call only
    // when the last next() answered none.
    void feed(std::string_view bytes);
    // The next item. After error or close nothing more is read: it answers none for ever.
    // A message that lies whole in the fed bytes (server role: it is unmasked into `owned`) is
    // answered as a view, without a copy.
    //
    // Errors: 1002 reserved bits, unknown opcode, control frame fragmented or longer than 125,
    // continuation without a start, a new message inside another, mask missing (server role) or
    // present (client role), bad length, Close of one byte or with a code that must not be sent;
    // 1007 text or close reason that is not UTF-8, told at the first byte that cannot be; 1009
    // larger than max_message, told by the header. The text names what came: "reserved bit RSV1
    // set in a text frame of 5 bytes".
    received next();

    // True while a message or a frame has begun and not ended.
    bool mid_message() const;
    // Bytes held for incomplete frames and messages.
    std::size_t held() const;

  private:
    // the implementer's choice
    role role_;
    receiver_limits limits_;
};

} // namespace resock::wire
