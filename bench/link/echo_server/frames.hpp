#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "ledger.hpp"

namespace bench {

static_assert(std::endian::native == std::endian::little);

// The bytes of `from`, XORed with `key`; `to` may be `from` or up to 4 bytes before it.
void unmask(char* to, const char* from, std::size_t size, std::uint32_t key);

// Answers the frames of one connection in the buffer that they came in. An answer is a client's
// frame without its mask, so it never needs more room than the frame, and a frame larger than the
// buffer is answered piece by piece.
class frame_echo {
  public:
    explicit frame_echo(ledger& book)
        : book_(book) {}

    enum class next : std::uint8_t {
        go_on,
        close, // a Close frame was answered
        cut,   // reset the connection
        broken // the client broke RFC 6455
    };
    struct outcome {
        std::size_t answers; // bytes at the front of the buffer
        std::size_t taken;   // bytes after which more is needed
        next what;
    };

    outcome answer(char* begin, std::size_t size);

  private:
    struct head;
    struct cursor;

    // What ends the answer to this buffer, if anything does.
    std::optional<next> begin_frame(cursor& at);
    std::optional<next> go_on(cursor& at);

    ledger& book_;
    bool in_message_ = false; // a fragmented one
    bool in_frame_ = false;   // of which what follows is known:
    bool final_ = true;
    int opcode_ = 0;
    std::uint64_t missing_ = 0; // bytes of its payload
    std::uint32_t key_ = 0;     // for the next of them
};

} // namespace bench
