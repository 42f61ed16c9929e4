#include "frames.hpp"

#include <algorithm>
#include <cstring>

namespace bench {

namespace {

constexpr int op_continuation = 0x0;
constexpr int op_binary = 0x2;
constexpr int op_close = 0x8;
constexpr int op_ping = 0x9;
constexpr int op_pong = 0xa;
constexpr int final_bit = 0x80;
constexpr std::size_t number_size = 8;
constexpr std::size_t mask_size = 4;

int byte_at(const char* at) {
    return static_cast<unsigned char>(*at);
}

std::uint64_t big_endian(const char* at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value = value << 8 | static_cast<std::uint64_t>(byte_at(at + i));
    return value;
}

std::uint64_t number_at(const char* payload, std::uint32_t key) {
    std::uint64_t number = 0;
    std::memcpy(&number, payload, sizeof number);
    return number ^ (std::uint64_t{key} << 32 | key);
}

} // namespace

void unmask(char* to, const char* from, std::size_t size, std::uint32_t key) {
    const std::uint64_t wide = std::uint64_t{key} << 32 | key;
    // A block is read whole before it is written, since `to` may overlap `from`.
    for (; size >= 32; size -= 32, from += 32, to += 32) {
        std::uint64_t block[4];
        std::memcpy(block, from, sizeof block);
        for (std::uint64_t& each : block)
            each ^= wide;
        std::memcpy(to, block, sizeof block);
    }
    for (; size >= 8; size -= 8, from += 8, to += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, from, sizeof word);
        word ^= wide;
        std::memcpy(to, &word, sizeof word);
    }
    for (std::size_t i = 0; i < size; ++i)
        to[i] = static_cast<char>(from[i] ^ static_cast<char>(wide >> 8 * i));
}

// Of a client's frame, RFC 6455 §5.2.
struct frame_echo::head {
    int opcode;
    bool final;
    bool allowed;
    std::size_t size; // of the head, its mask included
    std::uint64_t payload;
    std::uint32_t key;

    // Nothing where it is not yet whole.
    static std::optional<head> read(const char* at, std::size_t size) {
        if (size < 2) return std::nullopt;
        const bool masked = (byte_at(at + 1) & 0x80) != 0;
        head of{byte_at(at) & 0xf, (byte_at(at) & final_bit) != 0, masked, 6, 0, 0};
        if (!masked) return of;
        const int length = byte_at(at + 1) & 0x7f;
        const std::size_t wide = length < 126 ? 0 : length == 126 ? 2 : 8;
        of.size += wide;
        if (size < of.size) return std::nullopt;
        of.payload = wide == 0 ? static_cast<std::uint64_t>(length) : big_endian(at + 2, wide);
        std::memcpy(&of.key, at + of.size - mask_size, mask_size);
        const bool known =
            of.opcode <= op_binary || (of.opcode >= op_close && of.opcode <= op_pong);
        const bool control_fits = !of.control() || (of.final && of.payload <= 125);
        of.allowed = (byte_at(at) & 0x70) == 0 && known && control_fits;
        return of;
    }

    bool control() const { return opcode >= op_close; }

    // What must have come before it can be answered: a control frame whole, and the number of a
    // message.
    std::uint64_t needed() const {
        return control() ? payload : std::min<std::uint64_t>(payload, number_size);
    }
};

// Where an answer stands in its buffer.
struct frame_echo::cursor {
    const char* in;
    const char* end;
    char* out;

    std::size_t left() const { return static_cast<std::size_t>(end - in); }
};

frame_echo::outcome frame_echo::answer(char* const begin, std::size_t size) {
    cursor at{begin, begin + size, begin};
    std::optional<next> stop;
    while (!stop) {
        if (!in_frame_) stop = begin_frame(at);
        if (!stop) stop = go_on(at);
    }
    return {static_cast<std::size_t>(at.out - begin), static_cast<std::size_t>(at.in - begin),
            *stop};
}

// Answers the head of the next frame, if it has come.
std::optional<frame_echo::next> frame_echo::begin_frame(cursor& at) {
    const std::optional<head> of = head::read(at.in, at.left());
    if (!of) return next::go_on;
    const bool continues = of->opcode == op_continuation;
    if (!of->allowed || (!of->control() && continues != in_message_)) return next::broken;
    if (at.left() - of->size < of->needed()) return next::go_on;
    const char* payload = at.in + of->size;
    if (of->opcode == op_pong) { // needs no answer
        at.in = payload + of->payload;
        return std::nullopt;
    }
    if (!of->control() && !continues && of->payload >= number_size) {
        const std::uint64_t number = number_at(payload, of->key);
        if (number == ledger::cut_number) return next::cut;
        if (book_.tallies()) book_.began(number);
    }
    const char length = static_cast<char>(at.in[1] & 0x7f);
    const std::size_t answer_size = of->size - mask_size;
    std::memmove(at.out, at.in, answer_size);
    if (of->opcode == op_ping) at.out[0] = static_cast<char>(final_bit | op_pong);
    at.out[1] = length;
    at.out += answer_size;
    at.in = payload;
    in_frame_ = true;
    opcode_ = of->opcode;
    final_ = of->final;
    key_ = of->key;
    missing_ = of->payload;
    return std::nullopt;
}

// Answers the payload, as far as it has come.
std::optional<frame_echo::next> frame_echo::go_on(cursor& at) {
    if (!in_frame_) return std::nullopt;
    const auto here = static_cast<std::size_t>(std::min<std::uint64_t>(missing_, at.left()));
    unmask(at.out, at.in, here, key_);
    key_ = std::rotr(key_, static_cast<int>(8 * (here % mask_size)));
    at.in += here;
    at.out += here;
    missing_ -= here;
    if (missing_ > 0) return next::go_on;
    in_frame_ = false;
    if (opcode_ == op_close) return next::close;
    if (opcode_ > op_binary) return std::nullopt;
    in_message_ = !final_;
    if (final_) book_.completed();
    return std::nullopt;
}

} // namespace bench
