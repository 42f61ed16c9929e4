#include "wire/frame.hpp"

#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace resock;
using namespace resock::wire;

namespace {

std::uint32_t key_of(std::string_view bytes) {
    std::uint32_t key;
    std::memcpy(&key, bytes.data(), sizeof(key));
    return key;
}

std::string some_bytes(std::size_t size) {
    std::mt19937 random(static_cast<unsigned>(size));
    std::string bytes(size, '\0');
    for (char& c : bytes)
        c = static_cast<char>(random());
    return bytes;
}

std::string built(opcode code, bool fin, std::string_view payload,
                  std::optional<std::uint32_t> mask) {
    buffer out;
    append_frame(out, code, fin, payload, mask);
    return std::string(out.view());
}

} // namespace

TEST_CASE("frames are those of the examples of RFC 6455 §5.7") {
    using namespace std::string_literals;
    const auto key = key_of("\x37\xfa\x21\x3d");
    CHECK(built(opcode::text, true, "Hello", {}) == "\x81\x05Hello");
    CHECK(built(opcode::text, true, "Hello", key) ==
          "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    CHECK(built(opcode::text, false, "Hel", {}) == "\x01\x03Hel");
    CHECK(built(opcode::continuation, true, "lo", {}) == "\x80\x02lo"s);
    CHECK(built(opcode::ping, true, "Hello", {}) == "\x89\x05Hello");
    CHECK(built(opcode::pong, true, "Hello", key) ==
          "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    CHECK(built(opcode::binary, true, std::string(256, 'x'), {}) ==
          "\x82\x7E\x01\x00"s + std::string(256, 'x'));
    CHECK(built(opcode::binary, true, std::string(65536, 'x'), {}) ==
          "\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00"s + std::string(65536, 'x'));
}

TEST_CASE("a frame of each form of length is read as it was written") {
    const std::size_t length = GENERATE(0u, 1u, 3u, 125u, 126u, 127u, 65535u, 65536u, 100000u);
    const bool masked = GENERATE(false, true);
    CAPTURE(length, masked);
    const std::optional<std::uint32_t> mask =
        masked ? std::optional(key_of("\x01\x80\xFE\x7F")) : std::nullopt;
    const std::string payload = some_bytes(length);

    buffer out;
    out.append("before");
    append_frame(out, opcode::binary, false, payload, mask);
    REQUIRE(out.view().substr(0, 6) == "before");
    out.consume(6);
    REQUIRE(out.size() == frame_size(length, masked));

    frame_header header;
    bool bad_length = true;
    const std::size_t size = read_header(out.view(), header, bad_length);
    REQUIRE(size + length == out.size());
    CHECK(header.code == opcode::binary);
    CHECK_FALSE(header.fin);
    CHECK(header.reserved == 0);
    CHECK(header.length == length);
    CHECK((header.mask == mask));
    CHECK_FALSE(bad_length);
    for (std::size_t part = 0; part < size; ++part)
        REQUIRE(read_header(out.view().substr(0, part), header, bad_length) == 0);

    std::string body(out.view().substr(size));
    if (mask) apply_mask(body.data(), body.data(), body.size(), *mask);
    CHECK(body == payload);
}

TEST_CASE("a frame of a head and a body is the frame of both in one") {
    const std::size_t head = GENERATE(1u, 4u, 9u);
    const std::size_t body = GENERATE(0u, 1u, 64u, 121u, 122u, 1015u, 1020u, 1024u, 70000u);
    const bool masked = GENERATE(false, true);
    CAPTURE(head, body, masked);
    const std::optional<std::uint32_t> mask =
        masked ? std::optional(key_of("\x01\x80\xFE\x7F")) : std::nullopt;
    const std::string bytes = some_bytes(head + body);
    const std::string_view all = bytes;
    buffer out;
    append_frame(out, all.substr(0, head), all.substr(head), mask);
    CHECK(out.view() == built(opcode::binary, true, all, mask));
}

TEST_CASE("masking is RFC 6455 §5.3 at each size and offset, in place and not") {
    const std::string key = "\x11\xA2\x7F\xF0";
    for (std::size_t size = 0; size <= 150; ++size) {
        for (std::size_t offset = 0; offset < 9; ++offset) {
            const std::string from = some_bytes(size);
            std::string expected = from;
            for (std::size_t i = 0; i < size; ++i)
                expected[i] = static_cast<char>(from[i] ^ key[(offset + i) % 4]);

            std::string to(size + 1, '#'); // one more: nothing behind the end is written
            apply_mask(to.data(), from.data(), size, key_of(key), offset);
            REQUIRE(to == expected + '#');
            std::string in_place = from + '#';
            apply_mask(in_place.data(), in_place.data(), size, key_of(key), offset);
            REQUIRE(in_place == expected + '#');
        }
    }
}

TEST_CASE("a header tells its bits, known or not") {
    using namespace std::string_literals;
    struct row {
        std::string bytes;
        std::uint8_t code;
        bool fin;
        std::uint8_t reserved;
        std::uint64_t length;
        bool bad_length;
    };
    const std::vector<row> rows = {
        {"\xC1\x05"s, 0x1, true, 4, 5, false},
        {"\x22\x05"s, 0x2, false, 2, 5, false},
        {"\x93\x00"s, 0x3, true, 1, 0, false},
        {"\xFF\x01"s, 0xF, true, 7, 1, false},
        {"\x82\x7E\x00\x7D"s, 0x2, true, 0, 125, true},
        {"\x82\x7E\x00\x7E"s, 0x2, true, 0, 126, false},
        {"\x82\x7E\x00\x00"s, 0x2, true, 0, 0, true},
        {"\x82\x7F\x00\x00\x00\x00\x00\x00\xFF\xFF"s, 0x2, true, 0, 65535, true},
        {"\x82\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, 0x2, true, 0, 0x7FFFFFFFFFFFFFFF, false},
        {"\x82\x7F\x80\x00\x00\x00\x00\x00\x00\x00"s, 0x2, true, 0, 0x8000000000000000, true},
    };
    for (const row& each : rows) {
        frame_header header;
        header.mask = 5;
        bool bad_length = !each.bad_length;
        REQUIRE(read_header(each.bytes + "xyz", header, bad_length) == each.bytes.size());
        CAPTURE(each.code, each.length);
        CHECK(static_cast<int>(header.code) == each.code);
        CHECK(header.fin == each.fin);
        CHECK(header.reserved == each.reserved);
        CHECK(header.length == each.length);
        CHECK_FALSE(header.mask.has_value());
        CHECK(bad_length == each.bad_length);
    }
}
