#include "session/record.hpp"

#include "support/catch.hpp"

using namespace resock;
using session::position;
using session::position_of;
using session::to_bytes;

namespace {

position sample() {
    position made;
    for (std::size_t i = 0; i < made.sid.size(); ++i)
        made.sid[i] = static_cast<std::uint8_t>(0xF0 + i);
    made.born = 0x0102030405060708 & session::max_number;
    made.recv = 300;
    made.check = 0xFB607509;
    return made;
}

} // namespace

TEST_CASE("a position is a version byte, then its fields, big-endian") {
    const std::string bytes = to_bytes(sample());
    const char expected[] = "\x01\xF0\xF1\xF2\xF3\xF4\xF5\xF6\xF7\xF8\xF9\xFA\xFB\xFC\xFD\xFE\xFF"
                            "\x00\x02\x03\x04\x05\x06\x07\x08"
                            "\x00\x00\x00\x00\x00\x00\x01\x2C"
                            "\xFB\x60\x75\x09";
    CHECK(bytes == std::string(expected, sizeof(expected) - 1));
    CHECK(bytes.size() == session::position_size);
}

TEST_CASE("a position comes back from its bytes") {
    position largest = sample();
    largest.born = largest.recv = session::max_number;
    largest.check = 0xFFFFFFFF;
    for (const position& each : {position(), sample(), largest}) {
        CAPTURE(each.recv);
        const auto back = position_of(to_bytes(each));
        REQUIRE(back);
        CHECK(back->sid == each.sid);
        CHECK(back->born == each.born);
        CHECK(back->recv == each.recv);
        CHECK(back->check == each.check);
    }
}

TEST_CASE("what is no position of ours is told") {
    const std::string good = to_bytes(sample());
    for (std::size_t size = 0; size < good.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(position_of(std::string_view(good).substr(0, size)));
    }
    CHECK_FALSE(position_of(good + '\0'));
    for (const char version : {'\x00', '\x02', '\xFF'}) {
        std::string other = good;
        other[0] = version;
        CHECK_FALSE(position_of(other));
    }
    for (const std::size_t number : {17, 25}) { // 2^53 and more is no number (R3)
        CAPTURE(number);
        std::string other = good;
        other[number + 1] = '\x20';
        CHECK_FALSE(position_of(other));
        other[number + 1] = '\x1F';
        CHECK(position_of(other));
    }
}
