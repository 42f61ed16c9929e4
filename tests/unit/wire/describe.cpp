#include "wire/describe.hpp"

#include "support/catch.hpp"

using namespace resock::wire;

TEST_CASE("frames are described by name and size") {
    const auto described = [](std::uint8_t code, std::uint64_t length) {
        frame_header header;
        header.code = static_cast<opcode>(code);
        header.length = length;
        return describe(header);
    };
    CHECK(described(0x0, 0) == "continuation frame of 0 bytes");
    CHECK(described(0x1, 1) == "text frame of 1 byte");
    CHECK(described(0x2, 5) == "binary frame of 5 bytes");
    CHECK(described(0x8, 2) == "Close frame of 2 bytes");
    CHECK(described(0x9, 2) == "ping frame of 2 bytes");
    CHECK(described(0xA, 2) == "pong frame of 2 bytes");
    CHECK(described(0x3, 2) == "frame with opcode 0x3 of 2 bytes");
    CHECK(described(0xF, ~0ull) == "frame with opcode 0xF of 18446744073709551615 bytes");
}

TEST_CASE("reserved bits are named") {
    CHECK(describe_reserved(4) == "reserved bit RSV1");
    CHECK(describe_reserved(2) == "reserved bit RSV2");
    CHECK(describe_reserved(1) == "reserved bit RSV3");
    CHECK(describe_reserved(5) == "reserved bits RSV1 and RSV3");
    CHECK(describe_reserved(7) == "reserved bits RSV1 and RSV2 and RSV3");
}

TEST_CASE("bytes are shown in hexadecimal") {
    CHECK(hex_byte(0x00) == "0x00");
    CHECK(hex_byte(0xA5) == "0xA5");
}
