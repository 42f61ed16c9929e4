#include "base/random.hpp"

#include <algorithm>
#include <set>

#include "support/catch.hpp"

using resock::random_source;

namespace {

// Counts up, so that each byte drawn is known.
struct counting {
    int* calls;
    std::uint8_t next = 0;
    void operator()(std::span<std::uint8_t> block) {
        ++*calls;
        for (auto& byte : block)
            byte = next++;
    }
};

} // namespace

TEST_CASE("random_source draws each byte once and asks for a block at a time") {
    int calls = 0;
    random_source source(counting{&calls});
    const auto first = source.bytes<4>();
    const auto second = source.bytes<4>();
    CHECK(first == std::array<std::uint8_t, 4>{0, 1, 2, 3});
    CHECK(second == std::array<std::uint8_t, 4>{4, 5, 6, 7});
    CHECK(calls == 1);
    for (int i = 2; i < 256; ++i)
        source.u32();
    CHECK(calls == 1);
    source.u32();
    CHECK(calls == 2);
}

TEST_CASE("random_source asks for nothing before the first draw") {
    int calls = 0;
    random_source source{counting{&calls}};
    random_source moved = std::move(source);
    CHECK(calls == 0);
    CHECK(moved.u32() == 0x03020100u);
    CHECK(calls == 1);
    // The block goes along: its bytes are drawn once, by the new owner.
    random_source again = std::move(moved);
    CHECK(again.u32() == 0x07060504u);
    CHECK(calls == 1);
}

TEST_CASE("random_source never hands out the rest of a block that is too short") {
    int calls = 0;
    random_source source(counting{&calls});
    source.bytes<1020>();
    CHECK(calls == 1);
    const auto whole = source.bytes<8>();
    CHECK(calls == 2);
    CHECK(whole[0] == 0); // 1024 is a multiple of 256: the new block begins with 0 again
}

TEST_CASE("random_source::unit stays in [0, 1)") {
    const std::uint8_t filling = GENERATE(std::uint8_t{0}, std::uint8_t{0x7f}, std::uint8_t{0xff});
    random_source source(
        [=](std::span<std::uint8_t> block) { std::fill(block.begin(), block.end(), filling); });
    const double value = source.unit();
    CHECK(value >= 0);
    CHECK(value < 1);
    if (filling == 0) CHECK(value == 0);
    if (filling == 0xff) CHECK(value > 0.999999);
}
