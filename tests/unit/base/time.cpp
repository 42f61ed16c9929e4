#include "base/time.hpp"

#include "support/catch.hpp"

using namespace resock;
using namespace std::chrono_literals;

TEST_CASE("after() does not run over the end of time") {
    const time_point start{10s};
    CHECK(after(start, 5s) == time_point{15s});
    CHECK(after(start, unlimited_duration) == time_point::max());
    CHECK(after(start, unlimited_duration - 10s) == time_point::max());
    CHECK(after(start, unlimited_duration - 11s) < time_point::max());
}
