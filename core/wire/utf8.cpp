#include "wire/utf8.hpp"

#include <cstring>

namespace resock::wire {

namespace {

// What a validator waits for: how many continuation bytes, and the bounds of the next one. The
// bounds are what excludes overlong forms, surrogates and code points above U+10FFFF (RFC 3629
// §4). 0: between two code points.
struct pending {
    std::uint8_t count = 0;
    std::uint8_t low = 0x80;
    std::uint8_t high = 0xBF;

    std::uint32_t packed() const {
        return count == 0 ? 0u : count | std::uint32_t{low} << 8 | std::uint32_t{high} << 16;
    }
};

// Bounds that no byte is within: the state after the first wrong byte, for ever.
constexpr std::uint32_t failed = 1u | 0xFFu << 8;

// The state behind the first byte of a code point.
std::uint32_t after_lead(std::uint8_t lead) {
    if (lead < 0x80) return 0;
    if (lead < 0xC2 || lead > 0xF4) return failed;
    if (lead < 0xE0) return pending{1}.packed();
    if (lead < 0xF0) {
        if (lead == 0xE0) return pending{2, 0xA0, 0xBF}.packed();
        if (lead == 0xED) return pending{2, 0x80, 0x9F}.packed();
        return pending{2}.packed();
    }
    if (lead == 0xF0) return pending{3, 0x90, 0xBF}.packed();
    if (lead == 0xF4) return pending{3, 0x80, 0x8F}.packed();
    return pending{3}.packed();
}

std::uint32_t after_byte(std::uint32_t state, std::uint8_t byte) {
    if (state == 0) return after_lead(byte);
    const auto low = static_cast<std::uint8_t>(state >> 8);
    const auto high = static_cast<std::uint8_t>(state >> 16);
    if (byte < low || byte > high) return failed;
    return pending{static_cast<std::uint8_t>((state & 0xFF) - 1)}.packed();
}

const char* skip_ascii(const char* at, const char* end) {
    constexpr std::uint64_t high_bits = 0x8080808080808080;
    for (; end - at >= 32; at += 32) {
        std::uint64_t words[4];
        std::memcpy(words, at, sizeof(words));
        if ((words[0] | words[1] | words[2] | words[3]) & high_bits) break;
    }
    for (; end - at >= 8; at += 8) {
        std::uint64_t word;
        std::memcpy(&word, at, sizeof(word));
        if (word & high_bits) break;
    }
    while (at != end && static_cast<std::uint8_t>(*at) < 0x80)
        ++at;
    return at;
}

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

} // namespace

bool utf8_validator::feed(std::string_view bytes) {
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    std::uint32_t state = state_;
    while (at != end && state != failed) {
        if (state == 0) {
            at = skip_ascii(at, end);
            if (at == end) break;
        }
        // Text that is not ASCII seldom is so for one code point only: stay here until it is.
        do {
            state = after_byte(state, static_cast<std::uint8_t>(*at++));
        } while (at != end && state != failed &&
                 (state != 0 || static_cast<std::uint8_t>(*at) >= 0x80));
    }
    state_ = state;
    return state != failed;
}

bool utf8_validator::complete() const {
    return state_ == 0;
}

bool is_utf8(std::string_view bytes) {
    utf8_validator validator;
    return validator.feed(bytes) && validator.complete();
}

std::string shown_utf8(std::string_view bytes, std::size_t limit) {
    std::string shown;
    utf8_validator validator;
    std::size_t begin = 0; // of the code point not yet shown
    const auto show = [&](std::string_view text) {
        if (text.size() > limit - shown.size()) return false;
        shown += text;
        return true;
    };
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const bool half = !validator.complete();
        if (!validator.feed(bytes.substr(at, 1))) {
            if (!show(replacement)) return shown;
            validator.reset();
            // One sign for the whole beginning that was well-formed; this byte may start anew.
            if (half) --at;
            begin = at + 1;
        } else if (validator.complete()) {
            if (!show(bytes.substr(begin, at + 1 - begin))) return shown;
            begin = at + 1;
        }
    }
    if (!validator.complete()) show(replacement);
    return shown;
}

} // namespace resock::wire
