#include "base/buffer.hpp"

#include <string>

#include "support/catch.hpp"

using resock::buffer;

TEST_CASE("buffer keeps bytes in order while it is written and consumed") {
    buffer held;
    std::string model;
    for (int round = 0; round < 200; ++round) {
        const std::string piece(static_cast<std::size_t>(round * 7 % 97), static_cast<char>(round));
        held.append(piece);
        model += piece;
        const std::size_t gone = model.size() / 3;
        held.consume(gone);
        model.erase(0, gone);
        REQUIRE(held.view() == model);
        REQUIRE(held.size() == model.size());
        REQUIRE(held.empty() == model.empty());
    }
    held.consume(held.size());
    CHECK(held.empty());
}

TEST_CASE("buffer counts prepared bytes only when they are committed") {
    buffer held;
    char* room = held.prepare(100);
    CHECK(held.empty());
    CHECK(held.capacity() >= 100);
    room[0] = 'a';
    room[1] = 'b';
    held.commit(2);
    CHECK(held.view() == "ab");
}

TEST_CASE("buffer reuses the room of consumed bytes instead of growing") {
    buffer held;
    held.append(std::string(400, 'x'));
    const std::size_t before = held.capacity();
    held.consume(350);
    held.append(std::string(300, 'y'));
    CHECK(held.capacity() == before);
    CHECK(held.view() == std::string(50, 'x') + std::string(300, 'y'));
}

TEST_CASE("buffer gives its memory back and can be used again") {
    buffer held;
    held.append("some bytes");
    held.clear();
    CHECK(held.empty());
    CHECK(held.capacity() > 0);
    held.release();
    CHECK(held.capacity() == 0);
    CHECK(held.view().empty());
    held.append("more");
    buffer moved(std::move(held));
    CHECK(moved.view() == "more");
    CHECK(held.empty()); // NOLINT(bugprone-use-after-move): a moved-from buffer is empty
    held = std::move(moved);
    CHECK(held.view() == "more");
}
