#include "demo/tally.hpp"

#include "demo/stream.hpp"
#include "support/catch.hpp"

using demo::fate;
using demo::message_of;

namespace {

void take(demo::tally& into, std::initializer_list<std::uint64_t> numbers) {
    for (const std::uint64_t number : numbers)
        into.take(message_of(number));
}

} // namespace

TEST_CASE("a message is 64 bytes that only its own number is read from") {
    for (const std::uint64_t number : {std::uint64_t{1}, std::uint64_t{10'000'000}}) {
        CHECK(message_of(number).size() == 64);
        CHECK(demo::number_of(message_of(number)) == number);
    }
    std::string changed = message_of(7);
    changed[40] = ',';
    CHECK_FALSE(demo::number_of(changed));
    CHECK_FALSE(demo::number_of("7"));
    CHECK_FALSE(demo::number_of(""));
    CHECK_FALSE(demo::number_of(std::string(64, 'x')));
}

TEST_CASE("resends come twice, and are not out of order") {
    demo::tally seen(5);
    take(seen, {1, 2, 3, 2, 3, 4, 3});
    const demo::arrivals counted = seen.counted();
    CHECK(counted.distinct == 4);
    CHECK(counted.twice == 3);
    CHECK(counted.out_of_order == 0);
    CHECK(counted.damaged == 0);
}

TEST_CASE("what comes for the first time after a later one is out of order") {
    demo::tally seen(5);
    take(seen, {1, 3, 2, 5, 4});
    CHECK(seen.counted().out_of_order == 2);
    CHECK(seen.counted().distinct == 5);
}

TEST_CASE("what was never sent is damaged") {
    demo::tally seen(5);
    take(seen, {0, 6});
    seen.take("hello");
    CHECK(seen.counted().damaged == 3);
    CHECK(seen.counted().distinct == 0);
}

TEST_CASE("a stretch shows the worst that happened in it") {
    demo::tally seen(8);
    take(seen, {1, 2, 3, 4, 4, 5});
    CHECK(seen.fates(4) == std::vector{fate::arrived, fate::twice, fate::missing, fate::missing});
    CHECK(seen.fates(100).size() == 8);
}
