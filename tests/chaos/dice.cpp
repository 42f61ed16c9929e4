#include "chaos/engine/dice.hpp"

#include "support/catch.hpp"

using namespace std::chrono_literals;
using chaos::dice;

TEST_CASE("dice repeat themselves, on every machine") {
    dice thrown(7, 1, dice::cutting);
    dice again(7, 1, dice::cutting);
    const double first = thrown.uniform();
    CHECK(first == again.uniform());
    CHECK(thrown.uniform() == again.uniform());
    CHECK(first != dice(8, 1, dice::cutting).uniform());
    CHECK(first != dice(7, 2, dice::cutting).uniform());
    CHECK(first != dice(7, 1, dice::jitter_to_client).uniform());
    CHECK(first != dice(7 | 1ULL << 40, 1, dice::cutting).uniform());
    for (int i = 0; i < 1000; ++i) {
        const double each = thrown.uniform();
        REQUIRE(each >= 0);
        REQUIRE(each < 1);
    }
}

TEST_CASE("a fate is within the spread, a byte that was named is exact") {
    chaos::settings faults;
    faults.cut_every.age = 1000ms;
    for (std::uint64_t connection = 1; connection <= 100; ++connection) {
        const chaos::fate decided = chaos::fate_of(faults, connection);
        REQUIRE(decided.cut_at_age.value() >= 750ms);
        REQUIRE(decided.cut_at_age.value() <= 1250ms);
        REQUIRE_FALSE(decided.cut_at_byte);
    }
    faults.cut_spread_percent = 0;
    CHECK(chaos::fate_of(faults, 1).cut_at_age.value() == 1000ms);

    chaos::settings bytes;
    bytes.cut_at_byte = 1234;
    CHECK(chaos::fate_of(bytes, 1).cut_at_byte.value() == 1234);
    bytes.cut_every.bytes = 100; // the first of the two
    CHECK(chaos::fate_of(bytes, 1).cut_at_byte.value() <= 125);
    bytes.cut_every.bytes = 1;
    bytes.cut_spread_percent = 100;
    CHECK(chaos::fate_of(bytes, 1).cut_at_byte.value() >= 1);
}
