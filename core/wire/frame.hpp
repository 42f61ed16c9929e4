// RFC 6455 §5.2: the frame header, written and read; masking (§5.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/buffer.hpp"

namespace resock::wire {

enum class role { client, server };

enum class opcode : std::uint8_t {
    continuation = 0x0,
    text = 0x1,
    binary = 0x2,
    close = 0x8,
    ping = 0x9,
    pong = 0xA,
};
inline bool is_control(opcode code) {
    return static_cast<std::uint8_t>(code) >= 0x8;
}

inline constexpr std::size_t max_header = 14;
inline constexpr std::size_t max_control_payload = 125;

struct frame_header {
    opcode code = opcode::continuation;
    bool fin = true;
    std::uint8_t reserved = 0;         // RSV1–3 as 4, 2, 1
    std::optional<std::uint32_t> mask; // the key's four bytes as they stand on the wire (memcpy)
    std::uint64_t length = 0;
};

// XORs `size` bytes from `from` to `to` (the same place, or one that does not overlap) with the
// key, beginning at key byte `offset` % 4. Eight bytes and more at a time.
void apply_mask(char* to, const char* from, std::size_t size, std::uint32_t key,
                std::size_t offset = 0);

// Appends one whole frame; with `mask` the payload is masked on its way into the buffer. `payload`
// must not lie in `out`. A control frame has fin and at most max_control_payload bytes: the
// caller's to see to.
void append_frame(buffer& out, opcode code, bool fin, std::string_view payload,
                  std::optional<std::uint32_t> mask);

// A binary message whose payload is `head` + `body`.
void append_frame(buffer& out, std::string_view head, std::string_view body,
                  std::optional<std::uint32_t> mask);

// The size of append_frame's result.
std::size_t frame_size(std::size_t payload, bool masked);

// Reads a header from the front of `bytes`. Returns the header's size; 0 where more bytes are
// needed. Accepts any header that can be decoded; what the protocol allows is the receiver's to
// judge. A length whose top bit is set or that is not minimally encoded sets `bad_length`; any
// other clears it.
std::size_t read_header(std::string_view bytes, frame_header& out, bool& bad_length);

} // namespace resock::wire
