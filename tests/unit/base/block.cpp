#include "base/block.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using resock::block_source;
using resock::free_block;
using resock::new_block;

namespace {

constexpr std::size_t chunk = block_source::default_largest_chunk;

// Whether the blocks lie within one chunk's length of each other.
bool near(const void* a, const void* b) {
    const auto x = reinterpret_cast<std::uintptr_t>(a), y = reinterpret_cast<std::uintptr_t>(b);
    return (x < y ? y - x : x - y) < chunk;
}

struct held {
    unsigned char* at;
    std::size_t size;
    unsigned char mark;

    bool intact() const {
        for (std::size_t i = 0; i < size; ++i)
            if (at[i] != mark) return false;
        return true;
    }
};

} // namespace

TEST_CASE("a block that stands alone is given back alone, and null is no block") {
    void* const block = new_block(10);
    std::memset(block, 1, 10);
    free_block(block);
    free_block(new_block(0));
    free_block(nullptr);
    CHECK_THROWS_AS(new_block(SIZE_MAX), std::bad_alloc);
}

TEST_CASE("small blocks share a chunk, are aligned and do not overlap") {
    block_source source(chunk);
    std::vector<void*> blocks;
    for (std::size_t size : {1u, 8u, 13u, 64u, 0u, 100u})
        blocks.push_back(std::memset(source.take(size), 0xAB, size));
    const std::set<void*> different(blocks.begin(), blocks.end());
    CHECK(different.size() == blocks.size());
    for (void* each : blocks) {
        CHECK(reinterpret_cast<std::uintptr_t>(each) % 8 == 0);
        CHECK(near(each, blocks.front()));
        free_block(each);
    }
}

TEST_CASE("a source begins small, grows while it is used, and begins small again after a rest") {
    block_source source(chunk);
    CHECK(source.held() == 0);
    free_block(source.take(1));
    CHECK(source.held() == block_source::smallest_chunk);
    for (int i = 0; i < 1000; ++i)
        free_block(source.take(64));
    CHECK(source.held() == chunk);
    source.release();
    CHECK(source.held() == 0);
    free_block(source.take(1));
    CHECK(source.held() == block_source::smallest_chunk);
}

TEST_CASE("a chunk whose blocks are all back is used once more") {
    block_source source(chunk);
    std::set<void*> seen;
    for (int i = 0; i < 10000; ++i) {
        void* const block = source.take(64);
        seen.insert(block);
        free_block(block);
    }
    // Those of the growing chunks and of one of the largest size.
    CHECK(seen.size() < 3 * chunk / 64);
}

TEST_CASE("large blocks, and all where nothing is shared, stand alone") {
    block_source shared(chunk), alone(0);
    free_block(shared.take(chunk / 8 + 1));
    CHECK(shared.held() == 0);
    free_block(alone.take(1));
    CHECK(alone.held() == 0);
}

TEST_CASE("blocks outlive their source, in any order") {
    std::vector<held> blocks;
    {
        block_source source(chunk);
        for (unsigned i = 0; i < 500; ++i) {
            const std::size_t size = i % 200;
            const auto mark = static_cast<unsigned char>(i);
            blocks.push_back({static_cast<unsigned char*>(source.take(size)), size, mark});
            std::memset(blocks.back().at, mark, size);
        }
    }
    std::mt19937 dice(7);
    std::shuffle(blocks.begin(), blocks.end(), dice);
    for (const held& each : blocks) {
        CHECK(each.intact());
        free_block(each.at);
    }
}

TEST_CASE("another thread gives back what this one takes") {
    block_source source(chunk);
    constexpr int rounds = 200, together = 100;
    for (int round = 0; round < rounds; ++round) {
        std::vector<held> blocks;
        for (int i = 0; i < together; ++i) {
            const auto mark = static_cast<unsigned char>(round + i);
            blocks.push_back({static_cast<unsigned char*>(source.take(48)), 48, mark});
            std::memset(blocks.back().at, mark, 48);
        }
        bool intact = true;
        std::thread other([&] {
            for (const held& each : blocks) {
                intact = intact && each.intact();
                free_block(each.at);
            }
        });
        free_block(source.take(48)); // while the other counts the same chunk down
        other.join();
        REQUIRE(intact);
    }
}
