#include "wire/describe.hpp"

namespace resock::wire {

namespace {

constexpr const char* hex_digits = "0123456789ABCDEF";

std::string frame_name(opcode code) {
    switch (code) {
    case opcode::continuation:
        return "continuation frame";
    case opcode::text:
        return "text frame";
    case opcode::binary:
        return "binary frame";
    case opcode::close:
        return "Close frame";
    case opcode::ping:
        return "ping frame";
    case opcode::pong:
        return "pong frame";
    }
    return std::string("frame with opcode 0x") + hex_digits[static_cast<std::uint8_t>(code) & 0xF];
}

} // namespace

std::string describe(const frame_header& header) {
    return frame_name(header.code) + " of " + describe_size(header.length);
}

std::string describe_reserved(std::uint8_t bits) {
    std::string names;
    int count = 0;
    for (int bit = 1; bit <= 3; ++bit) {
        if ((bits & (8 >> bit)) == 0) continue;
        names += (count++ == 0 ? "RSV" : " and RSV") + std::to_string(bit);
    }
    return (count == 1 ? "reserved bit " : "reserved bits ") + names;
}

std::string describe_size(std::uint64_t bytes) {
    return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

std::string hex_byte(std::uint8_t byte) {
    return std::string("0x") + hex_digits[byte >> 4] + hex_digits[byte & 0xF];
}

} // namespace resock::wire
