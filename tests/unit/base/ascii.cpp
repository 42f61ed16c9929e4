#include "base/ascii.hpp"

#include "support/catch.hpp"

using namespace resock;

TEST_CASE("characters are classed by ASCII alone") {
    int digits = 0;
    int letters = 0;
    int controls = 0;
    int ascii = 0;
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        digits += is_digit(c);
        letters += is_letter(c);
        controls += is_control(c);
        ascii += is_ascii(c);
    }
    CHECK(digits == 10);
    CHECK(letters == 52);
    CHECK(controls == 33);
    CHECK(ascii == 128);
    CHECK(hex_value('f') == 15);
    CHECK(hex_value('A') == 10);
    CHECK(hex_value('g') == -1);
}

TEST_CASE("lower, percent and printable") {
    CHECK(lower("AbZ-1\xc3\x84") == "abz-1\xc3\x84");
    CHECK(percent('\n') == "%0A");
    CHECK(percent('\xff') == "%FF");
    CHECK(printable("a\tb\x80", 10) == "a%09b%80");
    CHECK(printable("abcdef", 3) == "abc…");
}
