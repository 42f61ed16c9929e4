#include "base/units.hpp"

#include <array>

#include "support/catch.hpp"

using namespace resock;
using namespace std::chrono_literals;

TEST_CASE("parse_duration takes numbers with a unit") {
    struct row {
        const char* text;
        duration value;
    };
    const row rows[] = {
        {"0", 0ns},       {"0s", 0ns},      {"10s", 10s},
        {"500ms", 500ms}, {"1.5s", 1500ms}, {"5min", 5min},
        {"2h", 2h},       {"20us", 20us},   {"7ns", 7ns},
        {"0.5ms", 500us}, {"1.25h", 75min}, {"1.000000001s", 1000000001ns},
        {"0.1min", 6s},   {"010s", 10s},    {"2562047h", 2562047h},
    };
    for (const row& each : rows) {
        CAPTURE(each.text);
        const auto parsed = parse_duration(each.text);
        REQUIRE(parsed);
        CHECK(*parsed == each.value);
    }
}

TEST_CASE("parse_duration refuses what is no duration") {
    for (const char* text : {"",
                             "s",
                             "10",
                             "1",
                             "-1s",
                             "+1s",
                             " 1s",
                             "1s ",
                             "1 s",
                             "1S",
                             "1.s",
                             ".5s",
                             "1..5s",
                             "1,5s",
                             "1e3s",
                             "10m",
                             "10sec",
                             "1.5ns",
                             "0.0000000001s",
                             "2562048h",
                             "99999999999999999999s",
                             "18446744073709551616ns",
                             "unlimited",
                             "inf",
                             "0x10s"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("format_duration writes text that parses back") {
    struct row {
        duration value;
        const char* text;
    };
    const row rows[] = {
        {0ns, "0"},
        {10s, "10s"},
        {500ms, "500ms"},
        {1500ms, "1.5s"},
        {5min, "5min"},
        {90s, "90s"},
        {2h, "2h"},
        {20us, "20us"},
        {7ns, "7ns"},
        {1500us, "1.5ms"},
        {1501ms, "1501ms"},
        {90min, "90min"},
        {1234567ns, "1234567ns"},
        {24h, "24h"},
    };
    for (const row& each : rows) {
        CAPTURE(each.text);
        CHECK(format_duration(each.value) == each.text);
        CHECK(parse_duration(format_duration(each.value)) == each.value);
    }
    CHECK(format_duration(unlimited_duration) == "unlimited");
    CHECK(format_duration(-3s) == "-3s");
    CHECK(format_duration(duration::min()).front() == '-');
    const duration longest = unlimited_duration - 1ns;
    CHECK(parse_duration(format_duration(longest)) == longest);
}

TEST_CASE("parse_size takes bytes and binary or decimal units") {
    struct row {
        const char* text;
        std::uint64_t value;
    };
    const row rows[] = {
        {"0", 0},
        {"64", 64},
        {"16KiB", 16384},
        {"8MiB", 8388608},
        {"1GiB", 1 << 30},
        {"64kB", 64000},
        {"1MB", 1000000},
        {"2GB", 2000000000},
        {"18446744073709551615", 18446744073709551615u},
        {"17179869183GiB", 18446744072635809792u},
    };
    for (const row& each : rows) {
        CAPTURE(each.text);
        CHECK(parse_size(each.text) == each.value);
    }
    for (const char* text : {"", "KiB", "1.5MiB", "-1", "+1", "1 KiB", "1KB", "1kib", "1K", "64B",
                             "18446744073709551616", "17179869184GiB", "0x10", "unlimited"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_size(text));
    }
}

TEST_CASE("format_size writes text that parses back") {
    struct row {
        std::uint64_t value;
        const char* text;
    };
    for (const row& each : {row{0, "0"}, row{1000, "1000"}, row{1024, "1KiB"}, row{8388608, "8MiB"},
                            row{3221225472, "3GiB"}, row{1025, "1025"}}) {
        CAPTURE(each.text);
        CHECK(format_size(each.value) == each.text);
        CHECK(parse_size(format_size(each.value)) == each.value);
    }
}

TEST_CASE("parse_count, parse_number and parse_bool take exactly their form") {
    CHECK(parse_count("10000") == 10000);
    CHECK(parse_count("18446744073709551615") == 18446744073709551615u);
    for (const char* text : {"", "-1", "+1", "1.0", "1e3", " 1", "1 ", "18446744073709551616"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_count(text));
    }
    CHECK(parse_number("2") == 2.0);
    CHECK(parse_number("1.5") == 1.5);
    CHECK(parse_number("-0.25") == -0.25);
    CHECK(parse_number("1e3") == 1000.0);
    for (const char* text : {"", "1,5", "inf", "-inf", "nan", "1e999", "+1", " 1", "1 ", "x"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_number(text));
    }
    CHECK(parse_bool("true") == true);
    CHECK(parse_bool("false") == false);
    for (const char* text : {"", "True", "TRUE", "1", "0", "yes", "no", "on", " true"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_bool(text));
    }
}

TEST_CASE("spoken_duration reads well in a sentence") {
    struct row {
        duration value;
        const char* text;
    };
    const row rows[] = {
        {0ns, "0 s"},      {-1s, "0 s"},          {3us, "under 1 ms"},
        {35ms, "35 ms"},   {99ms, "99 ms"},       {100ms, "0.1 s"},
        {800ms, "0.8 s"},  {849ms, "0.8 s"},      {1s, "1 s"},
        {9940ms, "9.9 s"}, {9960ms, "10 s"},      {12s, "12 s"},
        {12400ms, "12 s"}, {59600ms, "1 min"},    {200s, "3 min 20 s"},
        {1h, "1 h"},       {125min, "2 h 5 min"}, {3599600ms, "1 h"},
        {25h, "1 d 1 h"},  {48h, "2 d"},          {unlimited_duration, "unlimited time"},
    };
    for (const row& each : rows) {
        CAPTURE(each.text);
        CHECK(spoken_duration(each.value) == each.text);
    }
}

TEST_CASE("edit_distance counts edits up to its limit") {
    struct row {
        const char* left;
        const char* right;
        std::size_t limit;
        std::size_t distance;
    };
    const row rows[] = {
        {"", "", 3, 0},
        {"abc", "", 3, 3},
        {"", "abc", 5, 3},
        {"same", "same", 0, 0},
        {"abc", "abd", 2, 1},
        {"kitten", "sitting", 5, 3},
        {"sitting", "kitten", 5, 3},
        {"kitten", "sitting", 2, 3},
        {"a", "abcdefgh", 3, 4},
        {"abc", "xyz", 0, 1},
    };
    for (const row& each : rows) {
        CAPTURE(each.left, each.right, each.limit);
        CHECK(edit_distance(each.left, each.right, each.limit) == each.distance);
    }
}

TEST_CASE("nearest_name finds the name that was meant, or none") {
    const std::array<std::string_view, 4> known{"heartbeat.interval", "heartbeat.timeout",
                                                "queue.bytes", "url"};
    CHECK(nearest_name("heartbeat.intervall", known) == "heartbeat.interval");
    CHECK(nearest_name("heartbeat_timeout", known) == "heartbeat.timeout");
    CHECK(nearest_name("queue.byte", known) == "queue.bytes");
    CHECK(nearest_name("uri", known) == "url");
    CHECK(nearest_name("compression.level", known).empty());
}
