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

// What read_varint leaves over: of four bytes and more, or wrong.
varint_result read_long_varint(const char*& at, const char* end, std::uint64_t& number);

// Reads a varint at `at` and moves `at` behind it. Where the result is not ok, `at` and `number`
// are as before.
inline varint_result read_varint(const char*& at, const char* end, std::uint64_t& number) {
    const auto byte = [at](int i) { return static_cast<unsigned char>(at[i]); };
    if (at != end && byte(0) < 0x80) {
        number = byte(0);
        at += 1;
        return varint_result::ok;
    }
    // A last byte of 0 is not minimal.
    if (end - at >= 2 && static_cast<unsigned char>(byte(1) - 1) < 0x7F) {
        number = (byte(0) & 0x7Fu) | std::uint32_t{byte(1)} << 7;
        at += 2;
        return varint_result::ok;
    }
    if (end - at >= 3 && byte(1) >= 0x80 && static_cast<unsigned char>(byte(2) - 1) < 0x7F) {
        number = (byte(0) & 0x7Fu) | (byte(1) & 0x7Fu) << 7 | std::uint32_t{byte(2)} << 14;
        at += 3;
        return varint_result::ok;
    }
    return read_long_varint(at, end, number);
}

} // namespace resock::session
