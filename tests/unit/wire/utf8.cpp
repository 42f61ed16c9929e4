#include "wire/utf8.hpp"

#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace resock::wire;

namespace {

std::string encoded(std::uint32_t point) {
    const auto tail = [point](int shift) {
        return static_cast<char>(0x80 | ((point >> shift) & 0x3F));
    };
    if (point < 0x80) return {static_cast<char>(point)};
    if (point < 0x800) return {static_cast<char>(0xC0 | point >> 6), tail(0)};
    if (point < 0x10000) return {static_cast<char>(0xE0 | point >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xF0 | point >> 18), tail(12), tail(6), tail(0)};
}

// Where bytes, fed one at a time, are first refused; empty where they never are.
std::optional<std::size_t> refused_at(std::string_view bytes) {
    utf8_validator validator;
    for (std::size_t at = 0; at < bytes.size(); ++at)
        if (!validator.feed(bytes.substr(at, 1))) return at;
    return {};
}

struct row {
    std::string bytes;
    std::optional<std::size_t> refused; // index of the first byte that cannot be
    bool complete;
};

const std::vector<row>& rows() {
    static const std::vector<row> table = {
        {"", {}, true},
        {"Hello", {}, true},
        {"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5", {}, true},
        {"\xF0\x9F\x98\x80", {}, true},
        {"\xF4\x8F\xBF\xBF", {}, true},
        {"\xEF\xBF\xBF", {}, true}, // a noncharacter is a code point
        {"\xED\x9F\xBF", {}, true},
        {"\xEE\x80\x80", {}, true},
        {"abc\xF0\x9F\x98", {}, false},
        {"abc\xE1\xBD", {}, false},
        {"\xCE", {}, false},
        {"\x80", 0, false},
        {"\xBF", 0, false},
        {"abcdefgh\xFF", 8, false},
        {"\xFE", 0, false},
        {"\xC0\xAF", 0, false}, // overlong
        {"\xC1\xBF", 0, false},
        {"\xE0\x9F\xBF", 1, false},
        {"\xF0\x8F\xBF\xBF", 1, false},
        {"\xED\xA0\x80", 1, false}, // a surrogate
        {"\xED\xBF\xBF", 1, false},
        {"\xF4\x90\x80\x80", 1, false}, // above U+10FFFF
        {"\xF5\x80\x80\x80", 0, false},
        {"\xF8\x88\x80\x80\x80", 0, false},
        {"\xCE\x41", 1, false},
        {"\xE1\xBD\x41", 2, false},
        {"\xE1\xBD\xC3\xB9", 2, false},
        {"\xF0\x9F\x98\x41", 3, false},
    };
    return table;
}

} // namespace

TEST_CASE("UTF-8 is refused at the first byte that cannot be, wherever it is split") {
    for (const row& each : rows()) {
        // Behind ASCII of each length, so that the wide steps meet it at each place.
        for (std::size_t before = 0; before <= 40; ++before) {
            const std::string bytes = std::string(before, 'a') + each.bytes + "tail";
            const std::size_t end = before + each.bytes.size();
            CAPTURE(each.bytes, before);
            const std::string_view whole = std::string_view(bytes).substr(0, end);
            const auto refused = refused_at(whole);
            REQUIRE(refused.has_value() == each.refused.has_value());
            if (refused) REQUIRE(*refused == before + *each.refused);
            REQUIRE(is_utf8(whole) == each.complete);

            for (std::size_t split = 0; split <= end; ++split) {
                utf8_validator validator;
                const bool first = validator.feed(whole.substr(0, split));
                REQUIRE(first == !(refused && *refused < split));
                REQUIRE(validator.feed(whole.substr(split)) == !refused);
                REQUIRE(validator.complete() == each.complete);
            }
        }
    }
}

TEST_CASE("after a refusal everything is refused until reset") {
    utf8_validator validator;
    CHECK_FALSE(validator.feed("\xFF"));
    CHECK_FALSE(validator.feed(""));
    CHECK_FALSE(validator.feed("a"));
    CHECK_FALSE(validator.complete());
    validator.reset();
    CHECK(validator.feed("a"));
    CHECK(validator.complete());
}

TEST_CASE("each code point is UTF-8, each surrogate is not") {
    std::size_t wrong = 0;
    for (std::uint32_t point = 0; point <= 0x10FFFF; ++point) {
        const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
        if (is_utf8(encoded(point)) == surrogate) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK_FALSE(is_utf8(encoded(0x110000)));
}

TEST_CASE("of all pairs of bytes only ASCII and two-byte code points are UTF-8") {
    std::size_t valid = 0;
    for (int first = 0; first < 256; ++first)
        for (int second = 0; second < 256; ++second)
            valid += is_utf8(std::string{static_cast<char>(first), static_cast<char>(second)});
    CHECK(valid == 128 * 128 + 30 * 64);
}

TEST_CASE("shown text is valid UTF-8, with one sign for each wrong part") {
    const std::string sign = "\xEF\xBF\xBD";
    struct shown_row {
        std::string bytes;
        std::size_t limit;
        std::string shown;
    };
    const std::vector<shown_row> table = {
        {"", 10, ""},
        {"plain", 10, "plain"},
        {"plain", 3, "pla"},
        {"plain", 0, ""},
        {"a\xFF\xFE"
         "b",
         20, "a" + sign + sign + "b"},
        {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 40, sign + sign + sign + sign + "A"},
        {"\xED\xA0\x80", 40, sign + sign + sign},
        {"ab\xF0\x9F\x98", 40, "ab" + sign},
        {"ab\xF0\x9F\x98", 4, "ab"},
        {"ab\xFF", 5, "ab" + sign},
        {"\xC3\xA4\xC3\xB6", 3, "\xC3\xA4"},
        {"\xC3\xA4\xC3\xB6", 4, "\xC3\xA4\xC3\xB6"},
        {"\xF0\x9F\x98\x80", 3, ""},
        // Cut is cut: nothing behind the place stands where it would fit.
        {"\xF0\x9F\x98\x80z", 3, ""},
    };
    for (const shown_row& each : table) {
        CAPTURE(each.bytes, each.limit);
        const std::string shown = shown_utf8(each.bytes, each.limit);
        CHECK(shown == each.shown);
        CHECK(is_utf8(shown));
    }
}
