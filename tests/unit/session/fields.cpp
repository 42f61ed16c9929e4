#include "session/fields.hpp"

#include <array>
#include <string>

#include "samples.hpp"

using namespace resock::session;
using resock::test::hex;

namespace {

std::string_view reason(const decoded& out) {
    return std::get<frame_error>(out).reason();
}

} // namespace

TEST_CASE("fields are read one behind the other") {
    const std::string bytes = hex("ac 02 07 61 62 63 64 65");
    decoded out;
    field_reader fields(frame_type::hello, bytes, out);
    std::uint32_t number = 0;
    std::uint8_t byte = 0;
    std::array<std::uint8_t, 2> array{};
    std::string_view view;
    CHECK(fields.number("number", number));
    CHECK(number == 300);
    CHECK(fields.byte("byte", byte));
    CHECK(byte == 7);
    CHECK(fields.bytes("array", array));
    CHECK(array[1] == 'b');
    CHECK(fields.view("view", 1, view));
    CHECK(view == "c");
    CHECK_FALSE(fields.empty());
    CHECK(fields.rest() == "de");
    CHECK(fields.empty());
    CHECK(fields.end());
    CHECK(reason(out).empty());
}

TEST_CASE("a wrong field makes the error of the frame that was read") {
    const std::string bytes = hex("05");
    decoded out = hello_frame();
    field_reader fields(frame_type::hello, bytes, out);
    std::uint8_t number = 9;
    std::string_view view;
    CHECK_FALSE(fields.number("number", number, {6, 7, "R10"}));
    CHECK(number == 9);
    CHECK(reason(out) == "R10 HELLO number: 5 is not in 6..7");

    field_reader again(frame_type::ack, bytes, out);
    CHECK_FALSE(again.view("view", 2, view));
    CHECK(reason(out) == "R2 ACK view: truncated");
    CHECK_FALSE(again.byte("byte", number, {0, 4, "R2"}));
    CHECK(reason(out) == "R2 ACK byte: 5 is not in 0..4");
    CHECK_FALSE(again.end());
    CHECK(reason(out) == "R2 ACK: 1 bytes after the last field");
    CHECK_FALSE(again.refuse("R4", "field", "wrong"));
    CHECK(reason(out) == "R4 ACK field: wrong");
    CHECK_FALSE(again.refuse_tlv(6, "wrong"));
    CHECK(reason(out) == "R4 ACK tlv 6: wrong");
}

TEST_CASE("R10: a wait is cut to the longest, a text is refused above its size") {
    decoded out;
    std::uint32_t wait = 0;
    const std::string waits = hex("c0 cf 24 c1 cf 24");
    field_reader fields(frame_type::goaway, waits, out);
    CHECK((fields.wait_ms("a", wait) && wait == 600000));
    CHECK((fields.wait_ms("b", wait) && wait == 600000));
    CHECK_FALSE(fields.wait_ms("c", wait));
    CHECK(reason(out) == "R2 GOAWAY c: truncated");

    std::string_view text;
    const std::string most(max_text, 'x');
    CHECK(field_reader(frame_type::end, most, out).text("text", text));
    CHECK(text == most);
    CHECK_FALSE(field_reader(frame_type::end, most + "x", out).text("text", text));
    CHECK(reason(out) == "R10 END text: 1025 bytes, more than 1024");
}
