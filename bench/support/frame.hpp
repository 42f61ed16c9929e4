#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The least of RFC 6455 that a client needs to measure a server. It is not the library's own
// framing, so that an error there cannot hide itself.
namespace bench {

enum class opcode : std::uint8_t {
    continuation = 0x0,
    text = 0x1,
    binary = 0x2,
    close = 0x8,
    ping = 0x9,
    pong = 0xa
};

// Appends a masked frame (RFC 6455 §5.2).
void append_frame(std::string& to, opcode code, std::string_view payload, std::uint32_t mask_key,
                  bool final = true);

struct frame {
    opcode code;
    bool final;
    std::string_view payload; // points into the bytes that were parsed
};

// Takes the next frame from the front of `bytes`; nothing where it is not yet whole. Throws
// std::runtime_error where a server may not send this.
std::optional<frame> take_frame(std::string_view& bytes);

// Of a Close frame's payload; 1005 where it names none.
int close_code_of(std::string_view payload);

// The opening request.
std::string upgrade_request(std::string_view host, std::string_view path);

struct answer {
    int status;
    std::size_t size; // of the head; what follows are frames
};

// The head of the server's answer; nothing where it is not yet whole.
std::optional<answer> read_answer(std::string_view bytes);

} // namespace bench
