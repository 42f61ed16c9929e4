// ASCII whatever the locale is: classes of characters, lower case, printable forms.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace resock {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}
constexpr bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
}

// -1 where `c` is no hexadecimal digit.
constexpr int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

inline std::string lower(std::string_view text) {
    std::string made(text);
    for (char& c : made) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return made;
}

// "%0A" (RFC 3986 §2.1).
inline std::string percent(char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    return {'%', digits[byte >> 4], digits[byte & 15]};
}

// Printable ASCII of at most `limit` bytes of `text`, whatever these are: an error text must be
// valid UTF-8 and stay on one line.
inline std::string printable(std::string_view text, std::size_t limit) {
    std::string made;
    for (const char c : text.substr(0, limit)) {
        if (is_control(c) || !is_ascii(c)) {
            made += percent(c);
        } else {
            made += c;
        }
    }
    return text.size() > limit ? made + "…" : made;
}

} // namespace resock
