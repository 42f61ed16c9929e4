#include "session/varint.hpp"

#include <random>
#include <string>
#include <vector>

#include "samples.hpp"

using namespace resock::session;
using resock::test::hex;

namespace {

std::string written(std::uint64_t number) {
    std::string bytes(max_varint + 1, '#'); // one more: nothing behind the end is written
    const char* end = put_varint(bytes.data(), number);
    const auto size = static_cast<std::size_t>(end - bytes.data());
    REQUIRE(size == varint_size(number));
    REQUIRE(bytes.substr(size) == std::string(bytes.size() - size, '#'));
    return bytes.substr(0, size);
}

void check_round_trip(std::uint64_t number) {
    CAPTURE(number);
    const std::string bytes = written(number);
    const std::string more = bytes + "\x80\xFF";
    const char* at = more.data();
    std::uint64_t read = ~number;
    REQUIRE(read_varint(at, at + more.size(), read) == varint_result::ok);
    REQUIRE(read == number);
    REQUIRE(at == more.data() + bytes.size());
    for (std::size_t part = 0; part < bytes.size(); ++part) {
        at = bytes.data();
        read = 5;
        REQUIRE(read_varint(at, at + part, read) == varint_result::truncated);
        REQUIRE(at == bytes.data());
        REQUIRE(read == 5);
    }
}

} // namespace

TEST_CASE("R3: a varint is LEB128 of minimal length") {
    struct row {
        std::uint64_t number;
        const char* bytes;
    };
    const std::vector<row> rows = {
        {0, "00"},
        {1, "01"},
        {127, "7f"},
        {128, "80 01"},
        {300, "ac 02"},
        {16383, "ff 7f"},
        {16384, "80 80 01"},
        {65536, "80 80 04"},
        {0xFFFFFFFF, "ff ff ff ff 0f"},
        {max_number, "ff ff ff ff ff ff ff 0f"},
    };
    for (const row& each : rows) {
        CHECK(written(each.number) == hex(each.bytes));
        check_round_trip(each.number);
    }
}

TEST_CASE("R3: each length of varint is read as it was written, and not when cut") {
    for (int bit = 0; bit < 53; ++bit) {
        const std::uint64_t power = std::uint64_t{1} << bit;
        check_round_trip(power - 1);
        check_round_trip(power);
        check_round_trip(power + (power - 1) / 3);
    }
    const unsigned seed = 20;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 2000; ++i)
        check_round_trip((random() & max_number) >> random() % 53);
}

TEST_CASE("R3: what is not minimal or not below 2^53 is told apart") {
    struct row {
        const char* bytes;
        varint_result result;
    };
    const std::vector<row> rows = {
        {"80 00", varint_result::not_minimal},
        {"ff 00", varint_result::not_minimal},
        {"80 80 00", varint_result::not_minimal},
        {"ff ff 00", varint_result::not_minimal},
        {"80 80 80 00", varint_result::not_minimal},
        {"81 80 80 80 80 80 80 00", varint_result::not_minimal},
        {"80 80 80 80 80 80 80 10", varint_result::too_big}, // 2^53
        {"ff ff ff ff ff ff ff 7f", varint_result::too_big},
        {"ff ff ff ff ff ff ff ff", varint_result::too_big},
        {"80 80 80 80 80 80 80 80 00", varint_result::too_big},
        {"ff ff ff ff ff ff ff ff ff 01", varint_result::too_big},
        {"", varint_result::truncated},
        {"80 80 80 80 80 80 80", varint_result::truncated},
    };
    for (const row& each : rows) {
        CAPTURE(each.bytes);
        const std::string bytes = hex(each.bytes);
        const char* at = bytes.data();
        std::uint64_t read = 5;
        CHECK(read_varint(at, at + bytes.size(), read) == each.result);
        CHECK(at == bytes.data());
        CHECK(read == 5);
    }
}
