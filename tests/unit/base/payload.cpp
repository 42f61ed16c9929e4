#include "base/payload.hpp"

#include <string>
#include <type_traits>
#include <utility>

#include "support/catch.hpp"

using resock::payload;

static_assert(!std::is_copy_constructible_v<payload>);

TEST_CASE("payload copies the bytes it is made of") {
    std::string from("a\0b", 3);
    const payload made = payload::copy(from);
    from[0] = 'x';
    CHECK(made.view() == std::string_view("a\0b", 3));
    CHECK(made.size() == 3);
    CHECK_FALSE(made.empty());
}

TEST_CASE("payload without bytes holds no memory") {
    const payload none = payload::copy("");
    CHECK(none.empty());
    CHECK(none.data() == nullptr);
    CHECK(none.view().empty());
    CHECK(payload(0).data() == nullptr);
}

TEST_CASE("payload moves without copying") {
    payload made(4);
    made.data()[3] = 'z';
    const char* where = made.data();
    const payload moved = std::move(made);
    CHECK(moved.data() == where);
    CHECK(moved.view()[3] == 'z');
}

TEST_CASE("payload in a block of a source") {
    resock::block_source source(resock::block_source::default_largest_chunk);
    const payload one = payload::copy("one", source), two = payload::copy("two", source);
    CHECK(one.view() == "one");
    CHECK(two.view() == "two");
    CHECK(source.held() > 0);
    CHECK(payload::copy("", source).data() == nullptr);
    CHECK(payload(3, source).size() == 3);
}

TEST_CASE("payload that was moved from is empty") {
    payload from = payload::copy("abc");
    payload to = std::move(from);
    CHECK(from.empty());
    from = std::move(to);
    CHECK(to.size() == 0);
    CHECK(from.view() == "abc");
}
