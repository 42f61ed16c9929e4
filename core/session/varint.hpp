// The numbers of resock.v1 (protocol R3): unsigned LEB128, minimal, below 2^53.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace resock::session {

inline constexpr std::uint64_t max_number = (std::uint64_t{1} << 53) - 1;
inline constexpr std::size_t max_varint = 8; // bytes

constexpr std::size_t varint_size(std::uint64_t number) {
    return (static_cast<std::size_t>(std::bit_width(number | 1)) + 6) / 7;
}

// Writes varint_size(number) bytes; returns the place behind them. `number` is at most max_number.
inline char* put_varint(char* to, std::uint64_t number) {
    assert(number <= max_number);
    for (; number >= 0x80; number >>= 7)
        *to++ = static_cast<char>(number | 0x80);
    *to++ = static_cast<char>(number);
    return to;
}

enum class varint_result : std::uint8_t { ok, truncated, not_minimal, too_big };

// Of two bytes and more, or of none: what read_varint leaves over.
varint_result read_long_varint(const char*& at, const char* end, std::uint64_t& number);

// Reads a varint at `at` and moves `at` behind it. Where the result is not ok, `at` and `number`
// are as before.
inline varint_result read_varint(const char*& at, const char* end, std::uint64_t& number) {
    if (at == end || static_cast<unsigned char>(*at) >= 0x80)
        return read_long_varint(at, end, number);
    number = static_cast<unsigned char>(*at++);
    return varint_result::ok;
}

} // namespace resock::session
